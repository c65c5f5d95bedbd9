package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Persistent sessions whose clients all come back at once, a thousand handshakes at a time. */
record StormScenario(String name, int sessions) implements Scenario {

    private static final int AT_ONCE = 1_000;

    @Override
    public Result run(Target target, double seconds) throws IOException {
        Histogram latency = Quantiles.histogram();
        try (Network network = new Network(target.port())) {
            Crowd crowd = new Crowd(network);
            crowd.visit(0, sessions, ParkedScenario::login);
            Meter meter = Meter.start(target);
            List<Client> clients = crowd.connect(
                    0,
                    sessions,
                    AT_ONCE,
                    i -> Client.connect(network, ParkedScenario.login(i).again(), Traffic.NONE));
            Meter.Reading reading = meter.read(sessions);
            for (Client client : clients) {
                latency.recordValue(Math.min(latency.getHighestTrackableValue(), client.acceptedAfter()));
            }
            clients.forEach(Client::disconnect);
            crowd.visit(0, sessions, i -> ParkedScenario.login(i).forgetting());
            Quantiles quantiles = Quantiles.of(latency);
            return Result.of(
                    target.name(),
                    name,
                    Map.of(
                            "connectsPerSecond", sessions / reading.seconds(),
                            "brokerMicrosPerConnect", reading.brokerMicros(),
                            "connackP50Millis", quantiles.p50() / 1e3,
                            "connackP99Millis", quantiles.p99() / 1e3));
        }
    }
}
