package io.stepfree.load.reports;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * How many results report-builder is done with, by what its group has committed. To count the rows
 * would keep the database busy, the more of them there are.
 */
final class StoredResults implements AutoCloseable {

    private static final String GROUP = "report-builder-results";

    private final Admin admin;

    StoredResults(String brokers) {
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers));
    }

    /** All that were ever told and stored. */
    long count() throws InterruptedException {
        try {
            return admin
                    .listConsumerGroupOffsets(GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .filter(of -> of.getKey().topic().equals(Topics.SCAN_RESULTS.name()))
                    .filter(of -> of.getValue() != null)
                    .mapToLong(of -> of.getValue().offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new MeasurementException("The broker does not answer.", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
