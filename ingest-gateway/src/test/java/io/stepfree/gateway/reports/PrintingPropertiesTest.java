package io.stepfree.gateway.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.reporting.format.PrintingException;
import io.stepfree.reporting.format.PrintingException.Reason;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class PrintingPropertiesTest {

    @Test
    void itsDefaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new PrintingProperties(
                                "",
                                true,
                                2,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(60),
                                DataSize.ofMegabytes(4),
                                DataSize.ofMegabytes(50)));
    }

    @Test
    void whatCannotBeIsNamed() {
        for (var wrong :
                Map.of(
                                "at-once", "0",
                                "patience", "-1s",
                                "deadline", "10ms",
                                "max-html", "0",
                                "max-pdf", "0")
                        .entrySet()) {
            assertThatThrownBy(() -> bind(Map.of(wrong.getKey(), wrong.getValue())))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.getKey());
        }
    }

    @Test
    void aBrowserThatIsNotThereIsToldAtTheStart() {
        assertThatThrownBy(() -> bind(Map.of("binary", "/nowhere/chrome")).printer())
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("stepfree.printing.binary is /nowhere/chrome");
    }

    @Test
    void eachReasonIsAProblemWithItsCure() {
        assertThat(type(Reason.NO_BROWSER)).isEqualTo(ProblemType.PRINTER_MISSING);
        assertThat(type(Reason.BUSY)).isEqualTo(ProblemType.PRINTER_UNAVAILABLE);
        assertThat(type(Reason.FAILED)).isEqualTo(ProblemType.PRINTER_UNAVAILABLE);
        assertThat(type(Reason.TOO_LARGE)).isEqualTo(ProblemType.REPORT_TOO_LARGE);
        assertThat(ProblemType.PRINTER_MISSING.cure()).contains("chromium-headless-shell");
        assertThat(ProblemType.REPORT_TOO_LARGE.cure()).contains("html", "csv", "ndjson");
    }

    private static ProblemType type(Reason reason) {
        ProblemException problem =
                ReportsController.problem(new PrintingException(reason, "It is so"));
        assertThat(problem.detail()).endsWith("It is so.");
        return problem.type();
    }

    private static PrintingProperties bind(Map<String, String> values) {
        var settings = new java.util.HashMap<String, String>();
        values.forEach((name, value) -> settings.put("stepfree.printing." + name, value));
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.printing", PrintingProperties.class);
    }
}
