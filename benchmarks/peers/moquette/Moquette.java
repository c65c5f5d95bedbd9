import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.util.Properties;

/** Moquette in a process of its own, with its persistence: {@code java -cp LIBRARIES Moquette.java PORT FOLDER}. */
public final class Moquette {

    private Moquette() {}

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        properties.setProperty(IConfig.PORT_PROPERTY_NAME, args[0]);
        properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        properties.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, args[1]);
        properties.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
        properties.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
        new Server().startServer(new MemoryConfig(properties));
        Thread.currentThread().join();
    }
}
