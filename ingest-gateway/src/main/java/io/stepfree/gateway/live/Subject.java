package io.stepfree.gateway.live;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Utils;

/**
 * What a stream tells of: one scan, or one batch.
 *
 * @param kind which of the two
 * @param id as in the topics; also the key of its records
 */
public record Subject(Kind kind, String id) {

    /** What it can be. */
    public enum Kind {
        SCAN,
        BATCH
    }

    /**
     * How it stands now, read anew at each call; throws the problem that it is to be answered with
     * where there is no such thing for that client.
     */
    public interface Standing extends Supplier<Present> {}

    /**
     * How it stands.
     *
     * @param view what the client is shown, to be written as JSON
     * @param mark how far that is
     */
    public record Present(Object view, Mark mark) {}

    static Subject scan(String id) {
        return new Subject(Kind.SCAN, id);
    }

    static Subject batch(String id) {
        return new Subject(Kind.BATCH, id);
    }

    byte[] key() {
        return id.getBytes(StandardCharsets.UTF_8);
    }

    /** Where its records are, as Kafka's own partitioner has it. */
    int partition(int partitions) {
        return Utils.toPositive(Utils.murmur2(key())) % partitions;
    }
}
