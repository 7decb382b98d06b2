package io.stepfree.standalone.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * A single KRaft broker and controller in a JVM of its own. Its log folder is formatted at the
 * first start, in this same process, so that a start costs one JVM and not two.
 */
public final class BrokerProcess {

    private BrokerProcess() {}

    /**
     * Runs until the process is told to end; {@code arguments} is the path of one
     * server.properties.
     */
    public static void main(String[] arguments) throws IOException {
        var file = Path.of(arguments[0]);
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        formatOnce(Path.of(properties.getProperty("log.dirs")), file);
        Kafka.main(new String[] {file.toString()});
    }

    private static void formatOnce(Path logs, Path file) {
        if (Files.exists(logs.resolve("meta.properties"))) {
            return;
        }
        var outcome =
                StorageTool.execute(
                        new String[] {
                            "format",
                            "--ignore-formatted",
                            "--cluster-id",
                            Uuid.randomUuid().toString(),
                            "--config",
                            file.toString()
                        },
                        System.out);
        if (outcome != 0) {
            System.exit(outcome);
        }
    }
}
