package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.topic.Topics;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class ManyDeadLettersTest {

    private static final String SLOW = "00000000000a";
    private static final String BROKEN = "00000000000b";

    private final RunningGateway gateway;

    /** One moment for all that died as long ago. */
    private final Instant now = Instant.now();

    ManyDeadLettersTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createScript(
                                        """
                                        TRUNCATE dead_letters.dead_letter_view, dead_letters.unreadable_view,
                                            dead_letters.purged_letter_view, dead_letters.operator_action_view
                                        """)
                                .execute());
    }

    @Test
    void pagesGoOnWhereTheOneBeforeEndedWhateverComesMeanwhile() {
        // Two at each moment, so that pages also end between equal times.
        for (int i = 0; i < 7; i++) {
            bury(i, "dead", i / 2 * 60L, "a.example", SLOW);
        }
        var seen = new ArrayList<String>();
        JsonNode page = gateway.get("/admin/dlq/jobs?limit=3").json();
        bury(99, "dead", 0, "a.example", SLOW);
        while (true) {
            page.path("items").forEach(item -> seen.add(item.path("scanId").asString()));
            if (!page.has("next")) {
                break;
            }
            page =
                    gateway.get("/admin/dlq/jobs?limit=3&cursor=" + page.path("next").asString())
                            .json();
        }

        assertThat(seen)
                .containsExactly(id(1), id(0), id(3), id(2), id(5), id(4), id(6))
                .as("the newest one came after the first page")
                .doesNotContain(id(99));
    }

    @Test
    void aPageThatHoldsTheLastOneHasNoNext() {
        bury(1, "dead", 0, "a.example", SLOW);
        bury(2, "dead", 0, "a.example", SLOW);

        assertThat(gateway.get("/admin/dlq/jobs?limit=2").json().has("next")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "not base64!",
                "AAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void aDamagedCursorIsNamed(String cursor) {
        Answer answer = gateway.get("/admin/dlq/jobs?cursor=" + encoded(cursor));

        JsonNode problem = answer.problem(400, "invalid-fields");
        assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo("cursor");
        assertThat(problem.at("/errors/0/detail").asString()).contains("is damaged");
    }

    @Test
    void aCursorWithOneWrongLetterIsDamaged() {
        bury(1, "dead", 0, "a.example", SLOW);
        bury(2, "dead", 0, "a.example", SLOW);
        String word = gateway.get("/admin/dlq/jobs?limit=1").json().path("next").asString();
        char other = word.charAt(20) == 'A' ? 'B' : 'A';

        gateway.get("/admin/dlq/jobs?cursor=" + word.substring(0, 20) + other + word.substring(21))
                .problem(400, "invalid-fields");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host=B.example | 1",
                "client=team-1 | 1",
                "pattern=00000000000b | 1",
                "engine=axe-core 1 | 1",
                "state=quarantined | 1",
                "type=HTTP_error | 1",
                "q=PAGE-1 broken | 1",
                "q=_ | ''",
                "from=2026-01-01T10:00:00Z | 0",
                "to=2026-01-01T10:00:00+00:00 | 1",
                "host=b.example&type=timeout | ''",
                "host=nowhere.example | ''",
            })
    void filtersChooseTogether(String query, String chosen) {
        insert(0, "dead", "2026-01-01T10:00:00Z", "a.example", SLOW, "timeout", null, "is slow");
        insert(
                1,
                "quarantined",
                "2026-01-01T09:00:00Z",
                "b.example",
                BROKEN,
                "http_error",
                503,
                "broken as ever");
        String path = "/admin/dlq/jobs?" + query.replace(" ", "%20").replace("+", "%2B");

        Answer answer = gateway.get(path);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(
                        StreamSupport.stream(answer.json().path("items").spliterator(), false)
                                .map(item -> item.path("scanId").asString())
                                .toList())
                .isEqualTo(chosen.isEmpty() ? List.of() : List.of(id(Integer.parseInt(chosen))));
    }

    @ParameterizedTest
    @CsvSource({
        "type=slow,type",
        "state=alive,state",
        "pattern=xyz,pattern",
        "from=yesterday,from",
        "to=2026-01-01T10:00:00,to",
        "q=%20,q",
        "host=%00,host",
        "typo=timeout,typo",
        "limit=0,limit",
        "state=dead&state=replayed,state",
    })
    void aFilterThatIsWrongIsNamed(String query, String parameter) {
        for (String path : List.of("/admin/dlq/jobs?", "/admin/dlq/patterns?")) {
            JsonNode problem = gateway.get(path + query).problem(400, "invalid-fields");

            assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo(parameter);
        }
    }

    @Test
    void theEndOfASpanMustBeAfterItsBeginning() {
        JsonNode problem =
                gateway.get("/admin/dlq/jobs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")
                        .problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/detail").asString())
                .isEqualTo("must be after from, 2026-01-02T00:00:00Z");
    }

    @Test
    void patternsTellWhatDiedAlikeAndWhatToDo() {
        for (int i = 0; i < 7; i++) {
            bury(i, i == 0 ? "quarantined" : "dead", 60 + i, "host-%d.example".formatted(i), SLOW);
        }
        bury(7, "dead", 61, "host-6.example", SLOW);
        bury(8, "dead", 5_000, "host-6.example", SLOW);
        insert(
                9,
                "dead",
                Instant.now().minusSeconds(90_000).toString(),
                "b.example",
                BROKEN,
                "http_error",
                404,
                "gone");

        JsonNode items = gateway.get("/admin/dlq/patterns").json().path("items");

        assertThat(items).hasSize(2);
        JsonNode slow = items.path(0);
        assertThat(slow.path("id").asString()).isEqualTo(SLOW);
        assertThat(slow.path("failureType").asString()).isEqualTo("timeout");
        assertThat(slow.path("pattern").asString()).isEqualTo("pattern of " + SLOW);
        assertThat(slow.path("count").asInt()).isEqualTo(9);
        assertThat(slow.path("dead").asInt()).isEqualTo(8);
        assertThat(Instant.parse(slow.path("firstSeen").asString()))
                .isBefore(Instant.parse(slow.path("lastSeen").asString()));
        assertThat(slow.at("/trend/lastHour").asInt()).isEqualTo(8);
        assertThat(slow.at("/trend/hourBefore").asInt()).isEqualTo(1);
        assertThat(slow.at("/trend/direction").asString()).isEqualTo("rising");
        assertThat(slow.at("/hosts/distinct").asInt()).isEqualTo(7);
        assertThat(slow.at("/hosts/top")).hasSize(5);
        assertThat(slow.at("/hosts/top/0/name").asString()).isEqualTo("host-6.example");
        assertThat(slow.at("/hosts/top/0/count").asInt()).isEqualTo(3);
        assertThat(slow.at("/clients/distinct").asInt()).isEqualTo(9);
        assertThat(slow.at("/engines/top/0/name").asString()).isEqualTo("axe-core 0");
        assertThat(slow.at("/example/scanId").asString()).isEqualTo(id(0));
        assertThat(slow.at("/example/message").asString()).isEqualTo("message of 0");
        assertThat(slow.at("/advice/replay").asString()).isEqualTo("now");
        assertThat(slow.at("/advice/text").asString()).contains("low rate");
        JsonNode gone = items.path(1);
        assertThat(gone.path("httpStatus").asInt()).isEqualTo(404);
        assertThat(gone.at("/trend/direction").asString()).isEqualTo("steady");
        assertThat(gone.at("/advice/replay").asString()).isEqualTo("no");

        assertThat(gateway.get("/admin/dlq/patterns?limit=1").json().path("items")).hasSize(1);
        JsonNode ofOneHost =
                gateway.get("/admin/dlq/patterns?host=host-6.example").json().path("items");
        assertThat(ofOneHost).hasSize(1);
        assertThat(ofOneHost.at("/0/count").asInt()).isEqualTo(3);
        assertThat(ofOneHost.at("/0/hosts/distinct").asInt()).isEqualTo(1);
    }

    @Test
    void patternsAreToldApartByHostClientAndEngineWhereThatIsAskedFor() {
        bury(1, "dead", 60, "a.example", SLOW);
        bury(2, "dead", 61, "a.example", SLOW);
        bury(3, "dead", 62, "b.example", SLOW);

        JsonNode byHost = gateway.get("/admin/dlq/patterns?by=host").json().path("items");
        assertThat(byHost).hasSize(2);
        assertThat(byHost.at("/0/by/host").asString()).isEqualTo("a.example");
        assertThat(byHost.at("/0/count").asInt()).isEqualTo(2);
        assertThat(byHost.at("/0/hosts/distinct").asInt()).isEqualTo(1);
        assertThat(byHost.at("/0/clients/distinct").asInt()).isEqualTo(2);
        assertThat(byHost.at("/1/by/host").asString()).isEqualTo("b.example");
        assertThat(byHost.at("/1/count").asInt()).isEqualTo(1);
        assertThat(byHost.at("/1/id").asString()).isEqualTo(SLOW);

        JsonNode byAll =
                gateway.get("/admin/dlq/patterns?by=client,host,engine").json().path("items");
        assertThat(byAll).hasSize(3);
        assertThat(byAll.at("/0/by").propertyNames()).containsExactly("client", "host", "engine");
        assertThat(gateway.get("/admin/dlq/patterns").json().path("items")).hasSize(1);
        assertThat(gateway.get("/admin/dlq/patterns").json().at("/items/0").has("by")).isFalse();

        Answer wrong = gateway.get("/admin/dlq/patterns?by=host,weather");
        assertThat(wrong.problem(400, "invalid-fields").at("/errors/0/detail").asString())
                .isEqualTo("must be one or more of host, client, engine, with commas between");
    }

    @Test
    void aPatternWhoseFirstDeadLetterIsYoungIsNew() {
        bury(1, "dead", 60, "a.example", SLOW);

        assertThat(
                        gateway.get("/admin/dlq/patterns")
                                .json()
                                .at("/items/0/trend/direction")
                                .asString())
                .isEqualTo("new");
    }

    @Test
    void howAPatternComesAndGoesDoesNotDependOnTheTimeOrStateThatIsAskedFor() {
        bury(1, "replayed", 5_000, "a.example", SLOW);
        bury(2, "dead", 60, "a.example", SLOW);

        for (String filter : List.of("from=" + now.minusSeconds(600), "state=dead")) {
            JsonNode slow = gateway.get("/admin/dlq/patterns?" + filter).json().at("/items/0");

            assertThat(slow.path("count").asInt()).as(filter).isEqualTo(1);
            assertThat(slow.at("/trend/lastHour").asInt()).as(filter).isEqualTo(1);
            assertThat(slow.at("/trend/hourBefore").asInt()).as(filter).isEqualTo(1);
            assertThat(slow.at("/trend/direction").asString()).as(filter).isEqualTo("steady");
            assertThat(Instant.parse(slow.path("firstSeen").asString()))
                    .isBefore(now.minusSeconds(4_000));
        }
    }

    @Test
    void theExampleOfAPatternDiedOfIt() {
        bury(1, "replayed", 300, "a.example", SLOW);
        buryAgain(1, 1, "dead", 60, BROKEN);

        JsonNode patterns = gateway.get("/admin/dlq/patterns").json().path("items");

        assertThat(patterns)
                .extracting(
                        pattern -> pattern.path("id").asString(),
                        pattern -> pattern.at("/example/message").asString())
                .containsExactlyInAnyOrder(
                        tuple(SLOW, "message of 1"), tuple(BROKEN, "message of 1, life 1"));
    }

    @Test
    void statsAddUp() {
        bury(1, "dead", 60, "a.example", SLOW);
        bury(2, "replayed", 7_200, "a.example", SLOW);
        insert(
                3,
                "discarded",
                "2026-01-01T10:00:00Z",
                "b.example",
                BROKEN,
                "http_error",
                404,
                "gone");
        DeadLettersTest.keepUnreadable(gateway, 4);

        JsonNode stats = gateway.get("/admin/dlq/stats").json();

        assertThat(stats.path("total").asInt()).isEqualTo(3);
        assertThat(stats.path("byState").toString())
                .isEqualTo("{\"dead\":1,\"replayed\":1,\"quarantined\":0,\"discarded\":1}");
        assertThat(stats.path("byType").toString()).isEqualTo("{\"timeout\":2,\"http_error\":1}");
        assertThat(stats.at("/topHosts/0/name").asString()).isEqualTo("a.example");
        assertThat(stats.at("/topHosts/0/count").asInt()).isEqualTo(2);
        assertThat(stats.path("patterns").asInt()).isEqualTo(2);
        assertThat(stats.path("lastHour").asInt()).isEqualTo(1);
        assertThat(stats.path("lastDay").asInt()).isEqualTo(2);
        assertThat(stats.path("oldest").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(stats.path("unreadable").asInt()).isEqualTo(1);
    }

    @Test
    void withoutDeadLettersThereIsNothingToTell() {
        JsonNode stats = gateway.get("/admin/dlq/stats").json();

        assertThat(stats.path("total").asInt()).isZero();
        assertThat(stats.has("oldest")).isFalse();
        assertThat(gateway.get("/admin/dlq/patterns").json().path("items")).isEmpty();
        assertThat(gateway.get("/admin/dlq/actions").json().path("items")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "quarantine, dead, QUARANTINE",
        "quarantine, discarded, QUARANTINE",
        "discard, dead, DISCARD",
        "discard, quarantined, DISCARD",
        "release, quarantined, RELEASE",
        "release, discarded, RELEASE",
    })
    void whatHappensToADeadLetterIsOrdered(String verb, String state, OperatorCommandKind kind) {
        bury(1, state, 60, "a.example", SLOW);

        Answer answer =
                gateway.post(
                        "/admin/dlq/jobs/%s/%s".formatted(id(1), verb),
                        "{\"reason\": \"the site is gone\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        String commandId = answer.json().path("commandId").asString();
        assertThat(answer.header("Location")).isEqualTo("/admin/dlq/actions/" + commandId);
        OperatorCommand order = ordered(commandId);
        assertThat(order.getKind()).isEqualTo(kind);
        assertThat(order.getScanId()).isEqualTo(id(1));
        assertThat(order.getReason()).isEqualTo("the site is gone");
        assertThat(order.getOrderedBy()).isEqualTo("local");
    }

    @ParameterizedTest
    @CsvSource({
        "quarantine, quarantined, is quarantined already",
        "discard, discarded, is discarded already",
        "release, dead, there is nothing to release it from",
        "quarantine, replayed, has been replayed",
        "discard, claimed, stop the replay first",
    })
    void whatMakesNoSenseIsAConflict(String verb, String state, String why) {
        bury(1, state.equals("claimed") ? "dead" : state, 60, "a.example", SLOW);
        if (state.equals("claimed")) {
            claim(1);
        }
        long before = gateway.published(Topics.OPS_COMMANDS);

        JsonNode problem =
                gateway.post(
                                "/admin/dlq/jobs/%s/%s".formatted(id(1), verb),
                                "{\"reason\": \"because\"}")
                        .problem(409, "conflict");

        assertThat(problem.path("detail").asString()).contains(why).contains(id(1));
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"reason\": \" \"}",
                "{\"reason\": 7}",
                "{\"reason\": \"a\", \"x\": 1}"
            })
    void anOrderNeedsAReason(String body) {
        bury(1, "dead", 60, "a.example", SLOW);

        gateway.post("/admin/dlq/jobs/%s/quarantine".formatted(id(1)), body)
                .problem(400, "invalid-fields");
    }

    @Test
    void anUnknownScanCannotBeQuarantined() {
        gateway.post("/admin/dlq/jobs/%s/quarantine".formatted(id(1)), "{\"reason\": \"a\"}")
                .problem(404, "not-found");
        gateway.post("/admin/dlq/jobs/no-id/quarantine", "{\"reason\": \"a\"}")
                .problem(404, "not-found");
    }

    @Test
    void whatIsSetAsideIsNotReplayedAndTheReasonIsTold() {
        bury(1, "quarantined", 60, "a.example", SLOW);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE dead_letters.dead_letter_view SET state_by = 'ada', state_reason = 'kills browsers', state_at = '2026-01-01T10:00:00Z'"));

        JsonNode problem = gateway.post("/admin/dlq/retry/" + id(1), "{}").problem(409, "conflict");

        assertThat(problem.path("detail").asString())
                .isEqualTo(
                        "The dead letter of scan %s is quarantined, by ada at 2026-01-01T10:00:00Z: kills browsers. Release it first."
                                .formatted(id(1)));
        JsonNode shown = gateway.get("/admin/dlq/jobs/" + id(1)).json();
        assertThat(shown.at("/stateChange/by").asString()).isEqualTo("ada");
        assertThat(shown.at("/pattern/id").asString()).isEqualTo(SLOW);
        assertThat(shown.path("engine").asString()).isEqualTo("axe-core 1");
    }

    @Test
    void whatTheLoopGuardHoldsIsAConflictThatNamesTheLimit() {
        bury(1, "quarantined", 60, "a.example", SLOW);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE dead_letters.dead_letter_view SET state_by = 'loop guard',
                                    state_reason = 'It has died after 3 replays, as many as a scan may have; release it for one more.',
                                    state_at = '2026-01-01T10:00:00Z'
                                """));

        JsonNode problem = gateway.post("/admin/dlq/retry/" + id(1), "{}").problem(409, "conflict");

        assertThat(problem.path("detail").asString())
                .isEqualTo(
                        "The dead letter of scan %s is quarantined, by loop guard at 2026-01-01T10:00:00Z: It has died after 3 replays, as many as a scan may have; release it for one more. Release it first."
                                .formatted(id(1)));
    }

    @Test
    void aPurgedDeadLetterIsToldAsPurged() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO dead_letters.purged_letter_view VALUES (?, 0, '2026-01-01T10:00:00Z', 'c', 'ada', 'a test')",
                                id(1)));

        long before = gateway.published(Topics.OPS_COMMANDS);

        JsonNode shown = gateway.get("/admin/dlq/jobs/" + id(1)).problem(404, "not-found");
        JsonNode replayed =
                gateway.post("/admin/dlq/retry/" + id(1), "{}").problem(404, "not-found");

        assertThat(List.of(shown, replayed))
                .extracting(problem -> problem.path("detail").asString())
                .containsOnly(
                        "The dead letter of scan %s was purged at 2026-01-01T10:00:00Z by ada: a test"
                                .formatted(id(1)));
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void whatIsLeftOfEarlierLivesDoesNotStandInForAPurgedDeadLetter() {
        bury(1, "replayed", 300, "a.example", SLOW);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO dead_letters.purged_letter_view VALUES (?, 1, now(), ?, 'ada', 'site is gone')",
                                id(1),
                                id(7)));

        for (Answer answer :
                List.of(
                        gateway.get("/admin/dlq/jobs/" + id(1)),
                        gateway.post("/admin/dlq/retry/" + id(1), ""))) {
            assertThat(answer.problem(404, "not-found").path("detail").asString())
                    .contains("was purged at", "by ada: site is gone");
        }

        buryAgain(1, 2, "dead", 60, SLOW);
        assertThat(gateway.get("/admin/dlq/jobs/" + id(1)).json().path("replays").asInt())
                .isEqualTo(2);
    }

    @Test
    void aDryPurgeOnlyCounts() {
        bury(1, "dead", 60, "a.example", SLOW);
        bury(2, "dead", 120, "a.example", SLOW);
        claim(2);
        bury(3, "dead", 60, "b.example", SLOW);
        long before = gateway.published(Topics.OPS_COMMANDS);

        Answer answer =
                gateway.post(
                        "/admin/dlq/purge",
                        "{\"filter\": {\"host\": \"a.example\"}, \"dryRun\": true}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("dryRun").asBoolean()).isTrue();
        assertThat(answer.json().path("matching").asInt()).isEqualTo(1);
        assertThat(answer.json().path("beingReplayed").asInt()).isEqualTo(1);
        assertThat(answer.json().has("commandId")).isFalse();
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void aPurgeIsOrderedWithItsFilter() {
        bury(1, "dead", 60, "a.example", SLOW);

        Answer answer =
                gateway.post(
                        "/admin/dlq/purge",
                        """
                        {"filter": {"host": "A.example", "type": "timeout", "q": "page", "to": "2099-01-01T00:00:00Z"},
                         "reason": "a test"}
                        """);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.json().path("matching").asInt()).isEqualTo(1);
        OperatorCommand order = ordered(answer.json().path("commandId").asString());
        assertThat(order.getKind()).isEqualTo(OperatorCommandKind.PURGE);
        assertThat(order.getReason()).isEqualTo("a test");
        assertThat(order.getFilter())
                .isEqualTo(
                        DeadLetterFilter.newBuilder()
                                .setHost("a.example")
                                .setFailureType("timeout")
                                .setText("page")
                                .setDiedBefore(Instant.parse("2099-01-01T00:00:00Z"))
                                .build());
    }

    @Test
    void aPurgeOfEverythingHasToSaySo() {
        bury(1, "dead", 60, "a.example", SLOW);

        Answer answer = gateway.post("/admin/dlq/purge", "{\"all\": true, \"reason\": \"a test\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(ordered(answer.json().path("commandId").asString()).getFilter())
                .isEqualTo(DeadLetterFilter.newBuilder().build());
    }

    @Test
    void aPurgeThatFindsNothingOrdersNothing() {
        long before = gateway.published(Topics.OPS_COMMANDS);

        Answer answer = gateway.post("/admin/dlq/purge", "{\"all\": true, \"reason\": \"a test\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("matching").asInt()).isZero();
        assertThat(answer.json().has("commandId")).isFalse();
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    static Stream<Arguments> wrongPurges() {
        return Stream.of(
                Arguments.of("{\"reason\": \"a\"}", List.of("/filter")),
                Arguments.of("{\"filter\": {}, \"reason\": \"a\"}", List.of("/filter")),
                Arguments.of("{\"all\": true}", List.of("/reason")),
                Arguments.of(
                        "{\"all\": true, \"filter\": {\"host\": \"a\"}, \"reason\": \"a\"}",
                        List.of("/all")),
                Arguments.of(
                        "{\"filter\": {\"type\": \"slow\", \"hots\": \"a\"}, \"dryRun\": true}",
                        List.of("/filter/type", "/filter/hots")),
                Arguments.of(
                        "{\"filter\": {\"state\": 7}, \"dryRun\": \"yes\", \"reason\": \"a\"}",
                        List.of("/filter/state", "/dryRun", "/filter")),
                Arguments.of("[]", List.of("")));
    }

    @ParameterizedTest
    @MethodSource
    void wrongPurges(String body, List<String> pointers) {
        bury(1, "dead", 60, "a.example", SLOW);
        long before = gateway.published(Topics.OPS_COMMANDS);

        Answer answer = gateway.post("/admin/dlq/purge", body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactlyElementsOf(pointers);
        assertThat(gateway.published(Topics.OPS_COMMANDS)).isEqualTo(before);
    }

    @Test
    void whatCameOfAnOrderIsShown() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.operator_action_view VALUES
                                    (?, 'request-1', 'purge', NULL, NULL, '{"host": "a.example"}', 'ada', 'a test',
                                     '2026-01-01T10:00:00Z', 'done', 7, '2026-01-01T10:00:01Z'),
                                    (?, 'request-2', 'discard', 'x', 1, NULL, 'ada', 'a test',
                                     '2026-01-01T11:00:00Z', NULL, 0, NULL)
                                """,
                                id(1),
                                id(2)));

        JsonNode purge = gateway.get("/admin/dlq/actions/" + id(1)).json();
        assertThat(purge.path("kind").asString()).isEqualTo("purge");
        assertThat(purge.at("/filter/host").asString()).isEqualTo("a.example");
        assertThat(purge.path("outcome").asString()).isEqualTo("done");
        assertThat(purge.path("affected").asInt()).isEqualTo(7);
        JsonNode items = gateway.get("/admin/dlq/actions").json().path("items");
        assertThat(items).hasSize(2);
        assertThat(items.path(0).path("commandId").asString()).isEqualTo(id(2));
        assertThat(items.path(0).has("outcome")).isFalse();
        gateway.get("/admin/dlq/actions/" + id(3)).problem(404, "not-found");
    }

    @Test
    void whatCameOfASingleReplayIsShownAsOfEveryOtherOrder() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.operator_action_view VALUES
                                    (?, 'request-1', 'replay', ?, 0, NULL, 'ada', 'the site is back',
                                     '2026-01-01T10:00:00Z', 'published', 1, '2026-01-01T10:00:01Z'),
                                    (?, 'request-2', 'replay', ?, 0, NULL, 'bea', 'the site is back',
                                     '2026-01-01T10:00:00Z', 'already_replayed', 0, '2026-01-01T10:00:02Z')
                                """,
                                id(1),
                                id(9),
                                id(2),
                                id(9)));

        JsonNode first = gateway.get("/admin/dlq/actions/" + id(1)).json();
        assertThat(first.path("kind").asString()).isEqualTo("replay");
        assertThat(first.path("scanId").asString()).isEqualTo(id(9));
        assertThat(first.path("orderedBy").asString()).isEqualTo("ada");
        assertThat(first.path("reason").asString()).isEqualTo("the site is back");
        assertThat(first.path("orderedAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(first.path("outcome").asString()).isEqualTo("published");
        assertThat(first.path("affected").asInt()).isEqualTo(1);
        JsonNode second = gateway.get("/admin/dlq/actions/" + id(2)).json();
        assertThat(second.path("orderedBy").asString()).isEqualTo("bea");
        assertThat(second.path("outcome").asString()).isEqualTo("already_replayed");
        assertThat(second.path("affected").asInt()).isZero();
    }

    private void bury(int number, String state, long secondsAgo, String host, String pattern) {
        insert(
                number,
                state,
                now.minusSeconds(secondsAgo).toString(),
                host,
                pattern,
                "timeout",
                null,
                "message of " + number);
    }

    private void buryAgain(int number, int replays, String state, long secondsAgo, String pattern) {
        bury(number + 500, state, secondsAgo, "a.example", pattern);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE dead_letters.dead_letter_view SET scan_id = ?, replays = ?, message = ? WHERE scan_id = ?",
                                id(number),
                                replays,
                                "message of %d, life %d".formatted(number, replays),
                                id(number + 500)));
    }

    private void insert(
            int number,
            String state,
            String diedAt,
            String host,
            String pattern,
            String type,
            @Nullable Integer status,
            String message) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.dead_letter_view (scan_id, replays, request_id, client, url,
                                    host, failure_type, message, http_status, cause, attempts, died_at, state, record,
                                    topic, topic_partition, topic_offset, pattern, pattern_id, engine)
                                VALUES (?, 0, 'request-1', ?, ?, ?, ?, ?, ?, 'not_retryable', 1, ?::timestamptz, ?,
                                    '{}'::jsonb, 'scan.dead-letters', 3, 77, ?, ?, ?)
                                """,
                                id(number),
                                "team-" + number,
                                "https://%s/page-%d".formatted(host, number),
                                host,
                                type,
                                message,
                                status,
                                diedAt,
                                state,
                                "pattern of " + pattern,
                                pattern,
                                "axe-core " + number));
    }

    private void claim(int number) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE dead_letters.dead_letter_view SET claimed_by = 'replay-1' WHERE scan_id = ?",
                                id(number)));
    }

    private OperatorCommand ordered(String commandId) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.OPS_COMMANDS)) {
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(
                            () ->
                                    probe.values().stream()
                                            .filter(order -> order.getCommandId().equals(commandId))
                                            .toList(),
                            orders -> orders.size() == 1)
                    .getFirst();
        }
    }

    private static String id(int number) {
        return "01890a5d-ac96-774b-bcce-%012d".formatted(number);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
