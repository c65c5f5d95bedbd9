package io.zanzara.soak;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker on a {@link BrokenStore}, to be run in a process of its own and killed there. */
final class BrokenBroker {

    private BrokenBroker() {}

    /** Arguments: the {@link Defect}, the folder of the store, the port. */
    public static void main(String[] arguments) throws InterruptedException {
        RocksStore sound = new RocksStore(Path.of(arguments[1]));
        BrokenStore store = new BrokenStore(sound, Defect.valueOf(arguments[0]));
        BrokerConfig config = BrokerConfig.of(store).withPort(Integer.parseInt(arguments[2]));
        try (Broker broker = Broker.start(config)) {
            System.out.println("up and running at port " + broker.port());
            new CountDownLatch(1).await();
        }
    }

    static Launcher launcher(Defect defect, Path data) {
        return port -> Launcher.java(
                "-cp",
                System.getProperty("java.class.path"),
                BrokenBroker.class.getName(),
                defect.name(),
                data.toString(),
                String.valueOf(port));
    }
}
