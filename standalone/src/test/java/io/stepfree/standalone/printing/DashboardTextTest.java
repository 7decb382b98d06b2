package io.stepfree.standalone.printing;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.client.AlertsView;
import io.stepfree.standalone.client.DashboardView;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DashboardTextTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final AlertsView.Silence EVERYTHING =
            new AlertsView.Silence("*", NOON.plusSeconds(3_600), "ada", "a move");
    private static final AlertsView.Silence ONE_HOST =
            new AlertsView.Silence(
                    "host-error-rate/shop.example",
                    NOON.plusSeconds(7 * 86_400),
                    "bea",
                    "they rebuild\u001b[31m their shop");

    private final DashboardText text = new DashboardText(Ink.PLAIN, ZoneOffset.UTC);

    @Test
    void eachSilenceIsALineThatSaysUntilWhenByWhomAndWhy() {
        assertThat(screen(List.of(EVERYTHING, ONE_HOST)))
                .endsWith(
                        "  silenced everything until 2026-01-01 13:00 by ada: a move",
                        "  silenced host-error-rate/shop.example until 2026-01-08 12:00 by bea: they rebuild?[31m their shop");
    }

    @Test
    void whileAnythingIsSilencedNobodySaysThatNoIncidentIsOpen() {
        String well = "  All parts are well, and no incident is open.";

        assertThat(screen(List.of(EVERYTHING))).doesNotContain(well);
        assertThat(screen(List.of())).endsWith(well);
        assertThat(screen(null)).as("from an older gateway").endsWith(well);
    }

    @Test
    void manySilencesDoNotPushTheRestFromTheScreen() {
        assertThat(screen(Collections.nCopies(7, ONE_HOST)))
                .endsWith("  and 2 more: ./stepfree alerts list")
                .filteredOn(line -> line.startsWith("  silenced "))
                .hasSize(5);
    }

    @Test
    void theLineCountsThem() {
        assertThat(text.line(dashboard(List.of(EVERYTHING, ONE_HOST))))
                .endsWith(" alerts=0 silences=2");
        assertThat(text.line(dashboard(null))).endsWith(" alerts=0 silences=0");
    }

    private List<String> screen(@Nullable List<AlertsView.Silence> silences) {
        return text.screen(URI.create("http://127.0.0.1:8080"), dashboard(silences));
    }

    private static DashboardView dashboard(@Nullable List<AlertsView.Silence> silences) {
        return new DashboardView(
                "healthy",
                NOON,
                new DashboardView.Health(
                        List.of(
                                new DashboardView.Component(
                                        "broker", "healthy", "Kafka answers; brokers: 1."))),
                new DashboardView.Queue("healthy", List.of(), 0, 0, 0, 40, 2, 4, 0, null, false),
                new DashboardView.Browser("healthy", 4, 0, 314_572_800),
                new DashboardView.Safety("healthy", List.of()),
                List.of(),
                silences,
                null);
    }
}
