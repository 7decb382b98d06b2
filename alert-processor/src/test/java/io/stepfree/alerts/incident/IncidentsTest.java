package io.stepfree.alerts.incident;

import static io.stepfree.alerts.metric.Metric.DEAD_LETTER_RATE;
import static io.stepfree.alerts.metric.Metric.ERROR_RATE;
import static io.stepfree.alerts.metric.Metric.HOST_ERROR_RATE;
import static io.stepfree.alerts.metric.Metric.QUEUE_DEPTH;
import static io.stepfree.alerts.metric.Metric.REGRESSIONS;
import static io.stepfree.schemas.ops.AlertState.ESCALATED;
import static io.stepfree.schemas.ops.AlertState.FIRED;
import static io.stepfree.schemas.ops.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.alerts.TestStores;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.alerts.metric.Reading;
import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.schemas.ops.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Thresholds here: half for error-rate, nine tenths of which is critical, 80 % for one host. */
class IncidentsTest {

    private static final Duration COOLDOWN = Duration.ofMinutes(5);

    private final KeyValueStore<String, IncidentState> store =
            TestStores.ofText(new JsonSerde<>(IncidentState.class));
    private final Silences silences =
            new Silences(TestStores.ofText(new JsonSerde<>(Silence.class)));
    private final Map<Metric, MetricPolicy> policies = new EnumMap<>(Metric.class);
    private final Map<Metric, Map<String, Reading>> readings = new EnumMap<>(Metric.class);
    private long now = 1_000_000_000;

    @BeforeEach
    void policies() {
        policies.put(ERROR_RATE, policy(0.5, 0.9, 10, Severity.ERROR));
        policies.put(HOST_ERROR_RATE, policy(0.8, null, 10, Severity.WARNING));
        policies.put(DEAD_LETTER_RATE, policy(10, null, 0, Severity.WARNING));
        policies.put(QUEUE_DEPTH, policy(100, null, 0, Severity.WARNING));
    }

    private static MetricPolicy policy(
            double threshold, @Nullable Double critical, long minimum, Severity severity) {
        return new MetricPolicy(
                true, threshold, critical, Duration.ofMinutes(1), minimum, severity, COOLDOWN);
    }

    @Test
    void anIncidentIsToldOnceAndItsEndOnce() {
        read(ERROR_RATE, 0.49);
        assertThat(judge()).isEmpty();
        read(ERROR_RATE, 0.5);

        News fired = only(judge());
        assertThat(fired.key()).isEqualTo("scans-failing");
        assertThat(fired.state()).isEqualTo(FIRED);
        assertThat(fired.severity()).isEqualTo(Severity.ERROR);
        assertThat(fired.lead()).isEqualTo(new Member(ERROR_RATE, ""));
        assertThat(fired.sinceMillis()).isEqualTo(now);
        assertThat(fired.others()).isEmpty();
        read(ERROR_RATE, 0.7);
        assertThat(judge()).isEmpty();

        read(ERROR_RATE, 0.44);
        pass(Duration.ofSeconds(30));
        News resolved = only(judge());
        assertThat(resolved.state()).isEqualTo(RESOLVED);
        assertThat(resolved.key()).isEqualTo("scans-failing");
        assertThat(resolved.sinceMillis()).isEqualTo(fired.sinceMillis());
        assertThat(judge()).isEmpty();
    }

    @Test
    void aFewMeasurementsAreNoIncidentButDoNotEndOneEither() {
        read(ERROR_RATE, new Reading(1, 9, true, true));
        assertThat(judge()).isEmpty();
        read(ERROR_RATE, new Reading(1, 10, true, true));
        assertThat(only(judge()).state()).isEqualTo(FIRED);

        read(ERROR_RATE, new Reading(1, 3, true, true));
        assertThat(judge()).isEmpty();
        read(ERROR_RATE, new Reading(0, 0, true, true));
        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    @Test
    void whatHasOneCauseIsOneIncident() {
        readHost("shop.example", 1.0);
        read(ERROR_RATE, 0.6);
        read(DEAD_LETTER_RATE, 12);

        News fired = only(judge());
        assertThat(fired.lead()).isEqualTo(new Member(ERROR_RATE, ""));
        assertThat(fired.others())
                .containsExactly(
                        new Member(HOST_ERROR_RATE, "shop.example"),
                        new Member(DEAD_LETTER_RATE, ""));
        read(ERROR_RATE, 0.1);
        readings.put(HOST_ERROR_RATE, Map.of());
        assertThat(judge()).as("dead letters still go on").isEmpty();

        read(DEAD_LETTER_RATE, 8);
        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    @Test
    void whatStaysCloseToItsThresholdHasNotEndedAndDoesNotBegin() {
        read(QUEUE_DEPTH, 100);
        assertThat(only(judge()).state()).isEqualTo(FIRED);
        for (double waiting : new double[] {99, 101, 90, 100}) {
            read(QUEUE_DEPTH, waiting);
            assertThat(judge()).as("with %s waiting", waiting).isEmpty();
        }
        read(QUEUE_DEPTH, 89);
        assertThat(only(judge()).state()).isEqualTo(RESOLVED);

        pass(COOLDOWN);
        read(QUEUE_DEPTH, 95);
        assertThat(judge()).isEmpty();
    }

    @Test
    void otherTroubleIsAnotherIncident() {
        read(ERROR_RATE, 0.6);
        read(QUEUE_DEPTH, 100);

        assertThat(judge())
                .extracting(News::key)
                .containsExactlyInAnyOrder("scans-failing", "scans-waiting");
    }

    @Test
    void itIsToldAgainOnlyWhenItIsMoreUrgentThanEverBefore() {
        readHost("shop.example", 0.9);
        assertThat(only(judge()).severity()).isEqualTo(Severity.WARNING);
        read(ERROR_RATE, 0.6);
        News worse = only(judge());
        assertThat(worse.state()).isEqualTo(ESCALATED);
        assertThat(worse.severity()).isEqualTo(Severity.ERROR);
        assertThat(worse.lead()).isEqualTo(new Member(ERROR_RATE, ""));

        read(ERROR_RATE, 0.2);
        assertThat(judge()).as("less urgent").isEmpty();
        read(ERROR_RATE, 0.6);
        assertThat(judge()).as("as urgent as before").isEmpty();
        read(ERROR_RATE, 0.95);
        assertThat(only(judge()).severity()).isEqualTo(Severity.CRITICAL);

        read(ERROR_RATE, 0.2);
        readings.put(HOST_ERROR_RATE, Map.of());
        News over = only(judge());
        assertThat(over.state()).isEqualTo(RESOLVED);
        assertThat(over.severity()).isEqualTo(Severity.CRITICAL);
    }

    @Test
    void whatWasLessUrgentForACooldownIsToldAgainWhenItGetsWorse() {
        readHost("shop.example", 1.0);
        read(ERROR_RATE, 0.6);
        assertThat(only(judge()).severity()).isEqualTo(Severity.ERROR);
        read(ERROR_RATE, 0.1);
        assertThat(judge()).as("one bad host keeps it open").isEmpty();
        pass(COOLDOWN.multipliedBy(3));
        assertThat(judge()).isEmpty();
        read(ERROR_RATE, 0.6);

        News again = only(judge());
        assertThat(again.state()).isEqualTo(ESCALATED);
        assertThat(again.severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void whatWentByWhileItWasSilencedIsNotToldAsIfItWereNow() {
        silence("*", Duration.ofMinutes(10));
        readHost("shop.example", 1.0);
        read(ERROR_RATE, 0.6);
        judge();
        read(ERROR_RATE, 0.1);
        judge();
        pass(Duration.ofMinutes(10));

        News fired = only(judge());
        assertThat(fired.severity()).isEqualTo(Severity.WARNING);
        assertThat(fired.lead()).isEqualTo(new Member(HOST_ERROR_RATE, "shop.example"));
    }

    @Test
    void theHostThatIsWorstLeads() {
        readings.put(
                HOST_ERROR_RATE,
                Map.of(
                        "a.example", new Reading(0.8, 10, true, true),
                        "b.example", new Reading(1, 10, true, true),
                        "c.example", new Reading(0.1, 10, true, true)));

        News fired = only(judge());
        assertThat(fired.lead().subject()).isEqualTo("b.example");
        assertThat(fired.others()).containsExactly(new Member(HOST_ERROR_RATE, "a.example"));
    }

    @Test
    void whatIsNotKnownNeitherBeginsNorEndsAnIncident() {
        read(QUEUE_DEPTH, new Reading(500, 1, false, true));
        assertThat(judge()).as("not for long enough").isEmpty();
        read(QUEUE_DEPTH, 500);
        assertThat(only(judge()).state()).isEqualTo(FIRED);

        readings.remove(QUEUE_DEPTH);
        assertThat(judge()).as("nobody measures").isEmpty();
        read(QUEUE_DEPTH, new Reading(0, 1, true, false));
        assertThat(judge()).as("not everybody said so").isEmpty();
        read(QUEUE_DEPTH, 0);
        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    @Test
    void duringTheCooldownItDoesNotBeginAgain() {
        fireAndResolve();
        read(ERROR_RATE, 0.6);
        pass(COOLDOWN.minusSeconds(1));
        assertThat(judge()).isEmpty();
        pass(Duration.ofSeconds(1));

        News again = only(judge());
        assertThat(again.state()).isEqualTo(FIRED);
        assertThat(again.sinceMillis()).isEqualTo(now - 1000);
    }

    @Test
    void whatBeganAndEndedDuringTheCooldownIsNeverTold() {
        fireAndResolve();
        read(ERROR_RATE, 0.6);
        assertThat(judge()).isEmpty();
        read(ERROR_RATE, 0.1);
        assertThat(judge()).isEmpty();
        pass(COOLDOWN);
        assertThat(judge()).isEmpty();
    }

    @Test
    void whatIsMoreUrgentThanTheLastOneDoesNotWaitForTheCooldown() {
        fireAndResolve();
        read(ERROR_RATE, 0.95);

        assertThat(only(judge()).severity()).isEqualTo(Severity.CRITICAL);
    }

    @Test
    void aClockThatWasSetBackDoesNotMakeTheCooldownLonger() {
        fireAndResolve();
        pass(Duration.ofHours(-1));
        read(ERROR_RATE, 0.6);

        assertThat(only(judge()).state()).isEqualTo(FIRED);
    }

    @Test
    void whatIsLessUrgentIsToldAgainWhenItGetsWorseAlsoAfterTheClockWasSetBack() {
        readHost("shop.example", 1.0);
        read(ERROR_RATE, 0.6);
        judge();
        read(ERROR_RATE, 0.1);
        judge();
        pass(Duration.ofHours(-1));
        judge();
        read(ERROR_RATE, 0.6);

        assertThat(only(judge()).state()).isEqualTo(ESCALATED);
    }

    @Test
    void aSilencedIncidentIsToldWhenTheSilenceIsOverAndItGoesOn() {
        silence("error-rate", Duration.ofMinutes(10));
        read(ERROR_RATE, 0.6);
        long began = now;
        assertThat(judge()).isEmpty();
        pass(Duration.ofMinutes(10));

        News fired = only(judge());
        assertThat(fired.state()).isEqualTo(FIRED);
        assertThat(fired.sinceMillis()).isEqualTo(began);
    }

    @Test
    void anIncidentThatEndsWhileItIsSilencedIsNeverTold() {
        silence("scans-failing", Duration.ofMinutes(10));
        read(ERROR_RATE, 0.6);
        assertThat(judge()).isEmpty();
        read(ERROR_RATE, 0.1);
        assertThat(judge()).isEmpty();
        pass(Duration.ofMinutes(10));
        assertThat(judge()).isEmpty();
    }

    @Test
    void theEndOfAnIncidentThatWasToldIsToldDespiteASilence() {
        read(ERROR_RATE, 0.6);
        judge();
        silence("*", Duration.ofMinutes(10));
        read(ERROR_RATE, 0.1);

        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    @Test
    void aSilenceOfOneHostCoversNoOther() {
        silence("host-error-rate/shop.example", Duration.ofMinutes(10));
        readHost("shop.example", 1.0);
        assertThat(judge()).isEmpty();
        readHost("shop.example", "bank.example");

        News fired = only(judge());
        assertThat(fired.lead().subject()).isEqualTo("bank.example");
        assertThat(fired.others()).as("what is silenced is not spoken of").isEmpty();
    }

    @Test
    void aPartThatHasACauseOfItsOwnIsToldWhenItJoins() {
        policies.put(REGRESSIONS, policy(1, null, 0, Severity.WARNING));
        regressed("shop.example");
        assertThat(only(judge()).state()).isEqualTo(FIRED);
        silence("regressions/bank.example", Duration.ofMinutes(10));
        regressed("shop.example", "bank.example");
        assertThat(judge()).as("silenced").isEmpty();
        pass(Duration.ofMinutes(10));

        News joined = only(judge());
        assertThat(joined.state()).isEqualTo(ESCALATED);
        assertThat(joined.severity()).isEqualTo(Severity.WARNING);
        assertThat(joined.lead()).isEqualTo(new Member(REGRESSIONS, "bank.example"));
        assertThat(joined.others()).containsExactly(new Member(REGRESSIONS, "shop.example"));
        assertThat(judge()).isEmpty();
        regressed("bank.example");
        assertThat(judge()).as("not over as a whole").isEmpty();
        regressed("shop.example", "bank.example");
        assertThat(only(judge()).lead().subject()).as("again").isEqualTo("shop.example");
        regressed();
        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    @Test
    void anIncidentThatAnOlderVersionKeptIsReadAndItsPartsAreTold() {
        policies.put(REGRESSIONS, policy(1, null, 0, Severity.WARNING));
        byte[] kept =
                """
                {"open": {"sinceMillis": 1, "told": "WARNING", "worst": "WARNING", "calmerSinceMillis": null,
                 "lead": {"metric": "REGRESSIONS", "subject": "shop.example"},
                 "members": [{"metric": "REGRESSIONS", "subject": "shop.example"}]}, "last": null}
                """
                        .getBytes(StandardCharsets.UTF_8);
        store.put(
                "pages-worse",
                new JsonSerde<>(IncidentState.class).deserializer().deserialize("", kept));
        regressed("shop.example", "bank.example");

        assertThat(only(judge()).state()).isEqualTo(ESCALATED);
        assertThat(judge()).isEmpty();
    }

    private void regressed(String... hosts) {
        var all = new HashMap<String, Reading>();
        for (String host : hosts) {
            all.put(host, new Reading(1, 1, true, true));
        }
        readings.put(REGRESSIONS, all);
    }

    @Test
    void aSilenceThatWasEndedCoversNothing() {
        silence("error-rate", Duration.ofMinutes(10));
        read(ERROR_RATE, 0.6);
        judge();
        silences.end("error-rate");

        assertThat(only(judge()).state()).isEqualTo(FIRED);
    }

    @Test
    void aRestartNeitherRepeatsNorForgets() {
        read(ERROR_RATE, 0.6);
        assertThat(only(judge()).state()).isEqualTo(FIRED);
        assertThat(judge()).as("each judgement is by new eyes on the same store").isEmpty();
        read(ERROR_RATE, 0.1);

        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    @Test
    void anIncidentOfAMetricThatWasSwitchedOffEnds() {
        read(QUEUE_DEPTH, 100);
        judge();
        policies.computeIfPresent(
                QUEUE_DEPTH,
                (_, on) ->
                        new MetricPolicy(
                                false,
                                on.threshold(),
                                null,
                                on.window(),
                                on.minimum(),
                                on.severity(),
                                on.cooldown()));
        readings.remove(QUEUE_DEPTH);

        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    private void fireAndResolve() {
        read(ERROR_RATE, 0.6);
        assertThat(only(judge()).state()).isEqualTo(FIRED);
        read(ERROR_RATE, 0.1);
        assertThat(only(judge()).state()).isEqualTo(RESOLVED);
    }

    private List<News> judge() {
        return new Incidents(store, policies, silences).judge(readings, now);
    }

    private void pass(Duration time) {
        now += time.toMillis();
    }

    private void silence(String name, Duration time) {
        silences.begin(name, new Silence(now + time.toMillis(), "ada", "we know"));
    }

    private void read(Metric metric, double value) {
        read(metric, new Reading(value, 100, true, true));
    }

    private void read(Metric metric, Reading reading) {
        readings.put(metric, Map.of("", reading));
    }

    private void readHost(String host, double value) {
        readings.put(HOST_ERROR_RATE, Map.of(host, new Reading(value, 100, true, true)));
    }

    private void readHost(String... hosts) {
        var all = new HashMap<String, Reading>();
        for (String host : hosts) {
            all.put(host, new Reading(1, 100, true, true));
        }
        readings.put(HOST_ERROR_RATE, all);
    }

    private static News only(List<News> news) {
        assertThat(news).hasSize(1);
        return news.getFirst();
    }
}
