package io.stepfree.scheduler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.BatchMember;
import io.stepfree.schemas.scan.BatchRow;
import io.stepfree.schemas.scan.ClientLedger;
import io.stepfree.schemas.scan.HostPace;
import io.stepfree.schemas.scan.ScanState;
import io.stepfree.schemas.scan.SiteAddress;
import io.stepfree.schemas.scan.SiteRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows that an earlier version wrote are read after an update.
 *
 * <p>A changed row needs a new version file. {@code -Dstepfree.schemas.write=true} writes it.
 */
final class StateSerdeTest {

    private static Stream<Class<?>> rows() {
        return Stream.of(
                ScanState.class,
                HostPace.class,
                ClientLedger.class,
                BatchRow.class,
                BatchMember.class,
                SiteRow.class,
                SiteAddress.class);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theNewestVersionFileIsTheSchemaInUse(Class<?> row) throws IOException {
        Schema inUse = SpecificData.get().getSchema(row);
        int newest = 0;
        Schema last = null;
        while (StateSerde.version(row, newest + 1) != null) {
            newest++;
            last = StateSerde.version(row, newest);
        }
        if (Boolean.getBoolean("stepfree.schemas.write") && !inUse.equals(last)) {
            Files.writeString(
                    Path.of(
                            Objects.requireNonNull(System.getProperty("stepfree.root")),
                            "scan-scheduler/src/main/resources/io/stepfree/scheduler/state",
                            "%s-v%d.avsc".formatted(row.getSimpleName(), newest + 1)),
                    SchemaFormatter.format("json/pretty", inUse) + "\n");
            return;
        }

        assertThat(inUse.equals(last))
                .as(
                        "%s has changed: write its version %d by `mvn -pl scan-scheduler -am test -Dtest=StateSerdeTest -Dsurefire.failIfNoSpecifiedTests=false -Dstepfree.schemas.write=true`",
                        row.getSimpleName(), newest + 1)
                .isTrue();
    }

    @Test
    void aRowOfAVersionThatIsKeptIsRead() throws IOException {
        Schema earlier = Objects.requireNonNull(StateSerde.version(ScanState.class, 1));
        var written = new GenericData.Record(earlier);
        for (Schema.Field field : earlier.getFields()) {
            if (field.hasDefaultValue()) {
                written.put(field.pos(), GenericData.get().getDefaultValue(field));
            }
        }
        written.put("dueAt", 1_767_225_600_000L);
        written.put("failures", List.of());
        written.put("attempt", 3);
        byte[] bytes =
                new BinaryMessageEncoder<GenericData.Record>(new GenericData(), earlier)
                        .encode(written)
                        .array();

        ScanState read = StateSerde.of(ScanState.class).deserializer().deserialize("store", bytes);

        assertThat(read.getAttempt()).isEqualTo(3);
    }
}
