package io.stepfree.standalone.printing;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.stepfree.standalone.client.ScanView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ScanJsonTest {

    private static final List<ScanView> ALL_ENDS =
            List.of(
                    Samples.withViolations(),
                    Samples.clean(),
                    Samples.dead(),
                    Samples.judged(),
                    Samples.partial(),
                    Samples.suspectWithViolations());

    @Test
    void theOutputIsWhatTheSchemaDescribes() throws IOException {
        assertThat(schema().validate(ScanJson.of(ALL_ENDS), InputFormat.JSON)).isEmpty();
    }

    @Test
    void theSchemaRefusesWhatItDoesNotDescribe() throws IOException {
        var json = ScanJson.of(ALL_ENDS);
        assertThat(
                        schema().validate(
                                        json.replaceFirst("\"report\"", "\"raport\""),
                                        InputFormat.JSON))
                .isNotEmpty();
        assertThat(
                        schema().validate(
                                        json.replaceFirst("\"completed\"", "\"dispatched\""),
                                        InputFormat.JSON))
                .isNotEmpty();
        // The report inside is held against its own schema.
        assertThat(
                        schema().validate(
                                        json.replaceFirst("\"helpUrl\"", "\"link\""),
                                        InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void everyScanIsThereWithItsReportOrItsFailure() {
        var output = JsonMapper.shared().readTree(ScanJson.of(ALL_ENDS));
        assertThat(output.at("/scans/0/report/summary/violations").asInt()).isEqualTo(6);
        assertThat(output.at("/scans/0/reportFiles/html").asString())
                .isEqualTo("/reports/0199-a/report.html");
        assertThat(output.at("/scans/0/failure").isNull()).isTrue();
        assertThat(output.at("/scans/2/report").isNull()).isTrue();
        assertThat(output.at("/scans/2/failure/type").asString()).isEqualTo("http_error");
        assertThat(output.at("/scans/2/failure/httpStatus").asInt()).isEqualTo(404);
        assertThat(output.at("/scans/3/report/score").asInt()).isEqualTo(53);
        assertThat(output.at("/scans/3/report/screenshot/data").asString()).isEqualTo("UklGRg==");
    }

    @Test
    void aSuspectPageIsCountedApartAndItsViolationsAreNotLost() {
        var summary = JsonMapper.shared().readTree(ScanJson.of(ALL_ENDS)).path("summary");
        assertThat(summary.path("scanned").asInt()).isEqualTo(4);
        assertThat(summary.path("partial").asInt()).isEqualTo(2);
        assertThat(summary.path("suspect").asInt()).isEqualTo(1);
        assertThat(summary.path("notScanned").asInt()).isEqualTo(1);
        assertThat(summary.path("violations").asInt()).isEqualTo(3 * 6);
    }

    private static Schema schema() throws IOException {
        var schemas = Map.of("urn:stepfree:schema:report:1", read("/schema/report.schema.json"));
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(schemas))
                .getSchema(read("/schema/scan-output.schema.json"));
    }

    private static String read(String resource) throws IOException {
        try (var file = ScanJson.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
