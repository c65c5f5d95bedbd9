package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** As much of {@code mosquitto_pub} and {@code mosquitto_sub} as the README's commands need, for machines that can't have those. */
final class MosquittoStandIn {

    private static final List<String> WITHOUT_VALUE = List.of("-d", "-r");

    private MosquittoStandIn() {}

    /** Writes the two commands into a folder and returns it. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        String classPath = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((one, two) -> one + File.pathSeparator + two)
                .orElseThrow();
        for (String name : List.of("pub", "sub")) {
            Path command = Files.writeString(
                    folder.resolve("mosquitto_" + name),
                    "#!/bin/sh\nexec '" + Consoles.java() + "' -cp '" + classPath + "' "
                            + MosquittoStandIn.class.getName() + " " + name + " \"$@\"\n");
            if (!command.toFile().setExecutable(true)) {
                throw new IOException(command + " can't be made executable");
            }
        }
        return folder;
    }

    /** The command; its exit code is 1 if the connection or the message is refused. */
    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 1; i < args.length; i++) {
            String option = args[i];
            options.put(option, WITHOUT_VALUE.contains(option) ? "" : args[++i]);
        }
        try {
            run(args[0].equals("pub"), options);
        } catch (MqttException e) {
            System.out.println("Error: " + e);
            System.exit(1);
        }
    }

    private static void run(boolean publishing, Map<String, String> options) throws Exception {
        String scheme = options.containsKey("--cafile") ? "ssl" : "tcp";
        String uri = scheme + "://" + options.get("-h") + ":" + options.get("-p");
        int qos = Integer.parseInt(options.getOrDefault("-q", "0"));
        MqttClient client = new MqttClient(uri, MqttClient.generateClientId(), new MemoryPersistence());
        client.connect(connectOptions(options));
        if (publishing) {
            client.publish(
                    options.get("-t"), options.getOrDefault("-m", "").getBytes(UTF_8), qos, options.containsKey("-r"));
        } else {
            CountDownLatch left = new CountDownLatch(Integer.parseInt(options.getOrDefault("-C", "1")));
            client.subscribe(options.get("-t"), qos, (topic, message) -> {
                System.out.println(new String(message.getPayload(), UTF_8));
                left.countDown();
            });
            left.await();
        }
        client.disconnect();
        client.close();
    }

    private static MqttConnectOptions connectOptions(Map<String, String> options)
            throws GeneralSecurityException, IOException {
        MqttConnectOptions connect = new MqttConnectOptions();
        connect.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        if (options.containsKey("-u")) {
            connect.setUserName(options.get("-u"));
            connect.setPassword(options.getOrDefault("-P", "").toCharArray());
        }
        if (options.containsKey("--cafile")) {
            connect.setSocketFactory(trusting(Path.of(options.get("--cafile"))));
        }
        return connect;
    }

    private static SSLSocketFactory trusting(Path authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
