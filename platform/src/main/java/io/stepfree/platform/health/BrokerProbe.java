package io.stepfree.platform.health;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** Asks Kafka which brokers there are; degraded when fewer than a record needs to be safe. */
public final class BrokerProbe implements HealthProbe, AutoCloseable {

    private static final int LONGEST_MILLIS = 1_000;

    private final Admin admin;
    private final int enough;

    /**
     * @param settings what every client needs
     * @param enough how many brokers there are to be, so that a record has all its replicas
     */
    public BrokerProbe(Map<String, Object> settings, int enough) {
        this.enough = enough;
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LONGEST_MILLIS);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LONGEST_MILLIS);
        this.admin = Admin.create(settings);
    }

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public boolean needed() {
        return true;
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Finding look() throws ExecutionException, InterruptedException, TimeoutException {
        var options = new DescribeClusterOptions().timeoutMs(LONGEST_MILLIS);
        int brokers =
                admin.describeCluster(options)
                        .nodes()
                        .get(LONGEST_MILLIS, TimeUnit.MILLISECONDS)
                        .size();
        return brokers < enough
                ? Finding.degraded(
                        "%d of %d Kafka brokers answer; a record may lack a replica."
                                .formatted(brokers, enough))
                : Finding.up("Kafka answers; brokers: %d.".formatted(brokers));
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
