package io.stepfree.load.validity;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.stepfree.reporting.SamplePages;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.pages.ReportedPages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** OpenACR as its makers check it; the catalogue of WCAG 2.2 is newer than their package. */
class OpenAcrValidityTest {

    @ParameterizedTest
    @MethodSource("io.stepfree.reporting.SamplePages#ofAnyKind")
    void itsOwnSchemaHasNothingAgainstIt(ReportedPages pages) throws Exception {
        assertThat(schema().validate(report(pages).toString(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void itsOwnSchemaNoticesThatALevelIsMissing() throws Exception {
        JsonNode report = report(SamplePages.ofAllKinds());
        var adherence =
                (ObjectNode)
                        report.at("/chapters/success_criteria_level_a/criteria/0")
                                .at("/components/0/adherence");
        adherence.remove("level");

        assertThat(schema().validate(report.toString(), InputFormat.JSON)).isNotEmpty();
    }

    private static Schema schema() throws InterruptedException {
        var file = Validators.packages().resolve("@openacr/openacr/schema/openacr-0.1.0.json");
        // Its $id is no absolute address, which the validator insists on.
        var own = (ObjectNode) JsonMapper.shared().readTree(file.toFile());
        own.remove("$id");
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(own.toString(), InputFormat.JSON);
    }

    /* As YAML is read elsewhere, not as it is written here. */
    private static JsonNode report(ReportedPages pages) throws IOException {
        var out = new ByteArrayOutputStream();
        ReportFormat.OPENACR.write(pages, out);
        Object read =
                new Yaml(new SafeConstructor(new LoaderOptions()))
                        .load(out.toString(StandardCharsets.UTF_8));
        return JsonMapper.shared().valueToTree(Objects.requireNonNull(read));
    }
}
