package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The findings of a client, chosen and read page by page, and what a scan has changed. */
@ExtendWith(GatewayExtension.class)
final class FindingsTest {

    private static final String FINDINGS = "/api/findings";

    /** The name of a finding, as workers make them. */
    private static final String ONE = "11111111111111111111111111111111";

    private static final Instant MONDAY = Instant.parse("2026-11-23T09:00:00Z");

    private final RunningGateway gateway;

    FindingsTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "TRUNCATE reports.finding_view, reports.missing_finding_view, reports.comparison_view, reports.second_look_view, reports.scan_status_view, gateway.decisions"));
    }

    @Test
    void theNewestScanComesFirstAndInItTheGravest() {
        finding(1, 0, "f0", "label", "serious", "persisting");
        finding(1, 1, "f1", "image-alt", "critical", null);
        finding(2, 0, "f2", "label", "serious", "new");

        Answer answer = gateway.get(FINDINGS);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(fingerprints(answer.json())).containsExactly("f2", "f1", "f0");
        assertThat(answer.json().has("next")).isFalse();
        JsonNode first = answer.json().at("/items/0");
        assertThat(first.toString())
                .isEqualTo(
                        "{\"scan\":\"%s\",\"completedAt\":\"2026-11-23T09:02:00Z\",\"host\":\"shop.example\",\"url\":\"https://shop.example/2\",\"rule\":\"label\",\"criteria\":[\"1.3.1\",\"4.1.2\"],\"impact\":\"serious\",\"kind\":\"violation\",\"fingerprint\":\"f2\",\"target\":[\"iframe\",\"#f2\"],\"html\":\"<input id=\\\"f2\\\">\",\"template\":\"0000000000000002\",\"state\":\"new\"}"
                                .formatted(id(2)));
        assertThat(answer.json().at("/items/1").has("state")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rule=label | d,c,a",
                "rule=labe | ''",
                "impact=CRITICAL | b",
                "kind=violation | d,c,b,a",
                "kind=needs_review | ''",
                "criterion=1.3.1 | d,c,b,a",
                "criterion=1.3.2 | ''",
                "host=SHOP.example | d,c,b,a",
                "state=new | d",
                "fingerprint=b | b",
                "template=0000000000000003 | d",
                "template=0000000000000009 | ''",
                "q=%23C%22 | ''",
                "q=ID%3D%22C%22 | c",
                "q=image-ALT | b",
                "q=%25 | ''",
                "from=2026-11-23T09:02:00Z | d,c",
                "to=2026-11-23T09:02:00Z | b,a",
                "rule=label&impact=serious&q=input&from=2026-11-23T09:03:00Z | d",
            })
    void filtersChooseTogether(String query, String chosen) {
        finding(1, 0, "a", "label", "serious", null);
        finding(1, 1, "b", "image-alt", "critical", null);
        finding(2, 0, "c", "label", "serious", "persisting");
        finding(3, 0, "d", "label", "serious", "new");

        Answer answer = gateway.get(FINDINGS + "?" + query);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(fingerprints(answer.json()))
                .containsExactlyElementsOf(
                        Stream.of(chosen.split(",", -1)).filter(name -> !name.isEmpty()).toList());
    }

    @Test
    void aScanIsAFilterToo() {
        finding(1, 0, "a", "label", "serious", null);
        finding(2, 0, "b", "label", "serious", null);

        assertThat(fingerprints(gateway.get(FINDINGS + "?scan=" + id(1)).json()))
                .containsExactly("a");
    }

    @Test
    void pagesGoOnWhereTheOneBeforeEndedWhateverComesMeanwhile() {
        for (int i = 0; i < 7; i++) {
            finding(1 + i / 3, i % 3, "f" + i, "label", i % 2 == 0 ? "serious" : "minor", null);
        }
        assertThat(read("?limit=2")).containsExactly("f6", "f5", "f4", "f3", "f2", "f1", "f0");
        assertThat(read("?limit=1&impact=serious")).containsExactly("f6", "f4", "f2", "f0");
        assertThat(read("?limit=4&impact=serious")).containsExactly("f6", "f4", "f2", "f0");
        assertThat(read("?limit=3&from=2026-11-23T09:02:00Z&to=2026-11-23T09:03:00Z"))
                .containsExactly("f5", "f4", "f3");
    }

    private List<String> read(String query) {
        var seen = new ArrayList<String>();
        JsonNode page = gateway.get(FINDINGS + query).json();
        int fresh = 50;
        while (true) {
            seen.addAll(fingerprints(page));
            if (!page.has("next")) {
                break;
            }
            finding(fresh, 0, "fresh", "label", "serious", null);
            page = gateway.get(FINDINGS + query + "&cursor=" + page.path("next").asString()).json();
        }
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "DELETE FROM reports.finding_view WHERE fingerprint = 'fresh'"));
        return seen;
    }

    @Test
    void aPageLooksAtNoMoreThanItMayAndTheNextOneGoesOnThere() {
        // 20,000 that do not match, and one behind them that does.
        finding(1, 0, "last", "image-alt", "critical", null);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.finding_view
                                SELECT ?, i, ?, 'local', 'shop.example', 'https://shop.example/', 'label', '{1.3.1}', 'serious',
                                       'violation', 'other-' || i, '{input}', '<input>', NULL
                                  FROM generate_series(1, 20000) AS i
                                """,
                                id(2),
                                MONDAY.plusSeconds(120)));

        JsonNode page = gateway.get(FINDINGS + "?impact=critical").json();

        assertThat(page.path("items")).isEmpty();
        assertThat(
                        fingerprints(
                                gateway.get(
                                                FINDINGS
                                                        + "?impact=critical&cursor="
                                                        + page.path("next").asString())
                                        .json()))
                .containsExactly("last");
    }

    @Test
    void aCursorIsRefusedWithOtherFiltersAndWhenItWasAltered() {
        finding(1, 0, "a", "label", "serious", null);
        finding(2, 0, "b", "label", "serious", null);
        String next = gateway.get(FINDINGS + "?limit=1&rule=label").json().path("next").asString();

        for (String query :
                List.of(
                        "?cursor=" + next,
                        "?rule=label&kind=violation&cursor=" + next,
                        "?rule=label&cursor=A" + next.substring(1),
                        "?rule=label&cursor=x")) {
            JsonNode problem = gateway.get(FINDINGS + query).problem(400, "invalid-fields");
            assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo("cursor");
        }
        assertThat(fingerprints(gateway.get(FINDINGS + "?rule=label&cursor=" + next).json()))
                .containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "impact=bad | impact | must be one of minor, moderate, serious, critical, unknown",
                "kind=x | kind | must be one of violation, needs_review",
                "state=fixed | state | must be one of new, newly_observed, persisting, engine_changed",
                "criterion=four | criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "criterion=9.9.9 | criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "host=shop.example:8080 | host | is not how the host of a page is written; write shop.example",
                "host=*.shop.example | host | is not how the host of a page is written, without scheme, port and path: as shop.example or 192.0.2.7",
                "scan=1 | scan | must be the id of a scan, a UUID",
                "q=%20 | q | is blank; leave it out to restrict nothing",
                "rules=x | rules | is not known; known are assignee, criterion, cursor, decision, fingerprint, from, host, impact, kind, limit, q, rule, scan, state, template, to",
                "template=shop | template | must be 16 hexadecimal digits, as reports name it",
            })
    void whatIsWrongIsNamedWithTheCure(String query, String parameter, String detail) {
        JsonNode problem = gateway.get(FINDINGS + "?" + query).problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo(parameter);
        assertThat(problem.at("/errors/0/detail").asString()).isEqualTo(detail);
    }

    @Test
    void findingsAndChangesOfOthersAreNotShown() {
        finding(1, 0, "a", "label", "serious", "new");
        comparison(1, null, null, "found = 1");
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("UPDATE reports.finding_view SET client = 'other'");
                    handle.execute("UPDATE reports.comparison_view SET client = 'other'");
                });

        assertThat(gateway.get(FINDINGS).body()).isEqualTo("{\"items\":[]}");
        gateway.get(changes(1)).problem(404, "not-found");
    }

    @Test
    void whatChangedIsShownByStateWithTheScanBefore() {
        finding(1, 0, "gone", "label", "serious", null);
        finding(2, 3, "kept", "label", "serious", "persisting");
        finding(2, 2, "came", "label", "serious", "new");
        finding(2, 1, "seen", "label", "serious", "newly_observed");
        finding(2, 0, "engine", "label", "serious", "engine_changed");
        comparison(1, null, null, "found = 1");
        comparison(
                2,
                id(1),
                null,
                "found = 4, new = 1, newly_observed = 1, persisting = 1, fixed = 1, not_observed = 1, engine_changed = 1");
        missing(2, "gone", "fixed", 1, 0);
        missing(2, "hidden", "not_observed", 9, 0);

        JsonNode changes = gateway.get(changes(2)).json();

        assertThat(changes.path("compared").asString()).isEqualTo("with_previous");
        assertThat(changes.path("previous").toString())
                .isEqualTo(
                        "{\"scan\":\"%s\",\"completedAt\":\"2026-11-23T09:01:00Z\",\"engine\":\"axe-core 4.14.1\"}"
                                .formatted(id(1)));
        assertThat(changes.path("counts").toString())
                .isEqualTo(
                        "{\"found\":4,\"new\":1,\"newlyObserved\":1,\"persisting\":1,\"fixed\":1,\"notObserved\":1,\"engineChanged\":1}");
        JsonNode findings = changes.path("findings");
        assertThat(findings.at("/new/0/fingerprint").asString()).isEqualTo("came");
        assertThat(findings.at("/newlyObserved/0/fingerprint").asString()).isEqualTo("seen");
        assertThat(findings.at("/persisting/0/fingerprint").asString()).isEqualTo("kept");
        assertThat(findings.at("/engineChanged/appeared/0/fingerprint").asString())
                .isEqualTo("engine");
        assertThat(findings.at("/fixed/0/fingerprint").asString()).isEqualTo("gone");
        assertThat(findings.at("/fixed/0/html").asString()).isEqualTo("<input id=\"gone\">");
        assertThat(findings.at("/fixed/0/lastSeen").asString()).isEqualTo(id(1));
        // What it looked like went with its month, or with an erasure.
        assertThat(findings.at("/notObserved/0/fingerprint").asString()).isEqualTo("hidden");
        assertThat(findings.at("/notObserved/0").has("html")).isFalse();
    }

    @Test
    void whatBecameOfWhatWasNewIsToldByTheNextLook() {
        for (String fingerprint : List.of("there", "gone", "hidden", "off")) {
            finding(
                    2,
                    "there gone hidden off".indexOf(fingerprint),
                    fingerprint,
                    "label",
                    "serious",
                    "new");
        }
        finding(2, 90, "known", "label", "serious", "persisting");
        comparison(2, id(1), null, "found = 5, new = 4, persisting = 1");
        finding(3, 0, "there", "label", "serious", "persisting");
        comparison(3, id(2), null, "found = 1, persisting = 1");
        missing(3, "gone", "fixed", 2, 6);
        missing(3, "known", "fixed", 2, 90);
        missing(3, "hidden", "not_observed", 2, 11);
        missing(3, "off", "engine_changed", 2, 18);
        assertThat(gateway.get(changes(2)).json().has("secondLook")).isFalse();

        secondLook(2, null, null);
        assertThat(gateway.get(changes(2)).json().path("secondLook").toString())
                .isEqualTo("{\"state\":\"left_out\"}");
        secondLook(2, id(3), null);
        assertThat(gateway.get(changes(2)).json().path("secondLook").toString())
                .isEqualTo("{\"state\":\"ordered\",\"scan\":\"%s\"}".formatted(id(3)));
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute("UPDATE reports.second_look_view SET is_over = true"));
        assertThat(gateway.get(changes(2)).json().path("secondLook").toString())
                .isEqualTo("{\"state\":\"missed\",\"scan\":\"%s\"}".formatted(id(3)));
        secondLook(2, id(3), 3);
        assertThat(gateway.get(changes(2)).json().path("secondLook").toString())
                .isEqualTo(
                        "{\"state\":\"seen\",\"scan\":\"%s\",\"completedAt\":\"2026-11-23T09:03:00Z\",\"confirmed\":1,\"flickering\":1,\"unknown\":2,\"flickers\":[\"gone\"]}"
                                .formatted(id(3)));
        assertThat(gateway.get(changes(3)).json().has("secondLook")).as("nothing new").isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dead_lettered | | | \"reason\":\"dead_lettered\",\"failure\":{\"type\": \"timeout\"}",
                "cancelled | | | \"reason\":\"cancelled\"",
                "completed | false | | \"reason\":\"partial\"",
                "completed | false | suspect | \"reason\":\"suspect\"",
                "completed | true | unnamed | \"reason\":\"unnamed\"",
                "retrying | false | | \"reason\":\"partial\"",
            })
    void whyASecondLookTellsNothingIsTold(
            String status, @Nullable Boolean whole, @Nullable String incomparable, String told) {
        finding(2, 0, "new", "label", "serious", "new");
        comparison(2, id(1), null, "found = 1, new = 1");
        secondLook(2, id(3), null);
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("UPDATE reports.second_look_view SET is_over = true");
                    handle.execute(
                            "INSERT INTO reports.scan_status_view (scan_id, client, status, failure, relook_of, second_look) VALUES (?, 'local', ?, ?::jsonb, ?, true)",
                            id(3),
                            status,
                            status.equals("cancelled") ? null : "{\"type\": \"timeout\"}",
                            id(2));
                });
        if (whole != null) {
            comparison(3, id(2), incomparable, "whole = " + whole);
        }

        assertThat(gateway.get(changes(2)).json().path("secondLook").toString())
                .isEqualTo(
                        "{\"state\":\"missed\",\"scan\":\"%s\",%s}"
                                .formatted(id(3), told.replace(": ", ":")));
    }

    @Test
    void aSecondLookThatAScanIsComparedWithIsNamedAsOne() {
        comparison(2, id(1), null, "found = 0");
        comparison(3, id(2), null, "found = 0");
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.scan_status_view (scan_id, client, relook_of, second_look) VALUES (?, 'local', ?, true)",
                                id(2),
                                id(1)));

        assertThat(gateway.get(changes(3)).json().at("/previous/secondLookOf").asString())
                .isEqualTo(id(1));
        assertThat(gateway.get(changes(2)).json().path("previous").has("secondLookOf")).isFalse();
    }

    @Test
    void aParameterThatChangesDoNotKnowIsRefused() {
        comparison(1, null, null, "found = 1");

        JsonNode problem =
                gateway.get(changes(1) + "?limits=3&limit=2&limit=3")
                        .problem(400, "invalid-fields");

        assertThat(
                        problem.at("/errors")
                                .valueStream()
                                .map(error -> error.path("parameter").asString()))
                .containsExactlyInAnyOrder("limits", "limit");
        assertThat(problem.at("/errors/0/detail").asString())
                .isEqualTo("is not known; known are limit");
    }

    @ParameterizedTest
    @CsvSource({"first,", "suspect, suspect", "secrets, secrets", "unnamed, unnamed"})
    void whyAScanWasNotComparedIsTold(String told, @Nullable String incomparable) {
        finding(1, 0, "a", "label", "serious", null);
        comparison(1, null, incomparable, "found = 1");

        JsonNode changes = gateway.get(changes(1)).json();

        assertThat(changes.path("compared").asString()).isEqualTo(told);
        assertThat(changes.has("previous")).isFalse();
        assertThat(changes.at("/counts/found").asInt()).isEqualTo(1);
        assertThat(changes.at("/findings/new")).isEmpty();
    }

    @Test
    void ofEachStateNoMoreIsShownThanAskedForAndAllAreCounted() {
        for (int i = 0; i < 5; i++) {
            finding(2, i, "f" + i, "label", "serious", i < 3 ? "new" : "persisting");
        }
        comparison(2, id(1), null, "found = 5, new = 3, persisting = 2");

        JsonNode changes = gateway.get(changes(2) + "?limit=2").json();

        assertThat(changes.at("/counts/new").asInt()).isEqualTo(3);
        assertThat(changes.at("/findings/new"))
                .extracting(item -> item.path("fingerprint").asString())
                .containsExactly("f2", "f1");
        assertThat(changes.at("/findings/persisting")).hasSize(2);
        gateway.get(changes(2) + "?limit=501").problem(400, "invalid-fields");
    }

    @Test
    void aScanWithoutAReportHasNoChanges() {
        for (String status : List.of("dispatched", "completed", "dead_lettered")) {
            gateway.jdbi()
                    .useHandle(handle -> {
                        handle.execute("TRUNCATE reports.scan_status_view");
                        handle.execute(
                                "INSERT INTO reports.scan_status_view (scan_id, client, status) VALUES (?, 'local', ?)",
                                id(1),
                                status);
                    });
            JsonNode problem = gateway.get(changes(1)).problem(409, "conflict");
            assertThat(problem.path("detail").asString())
                    .contains(
                            status.equals("completed")
                                    ? "its report is being written"
                                    : "only a completed scan is compared");
        }
        gateway.get(changes(2)).problem(404, "not-found");
        gateway.get("/api/scans/nonsense/changes").problem(404, "not-found");
    }

    @Test
    void aDecisionStandsBesideWhatItIsAboutAndIsCountedApart() {
        finding(1, 3, ONE, "label", "serious", "new");
        finding(1, 2, "two", "label", "serious", "new");
        finding(1, 1, "three", "image-alt", "critical", "persisting");
        finding(1, 0, "four", "image-alt", "critical", "persisting");
        comparison(1, id(9), null, "found = 4, new = 2, persisting = 2");

        JsonNode accepted =
                decide("\"decision\": \"accepted\", \"fingerprint\": \"%s\"".formatted(ONE), null)
                        .json();
        var _ =
                decide(
                        "\"decision\": \"ignored\", \"rule\": \"image-alt\", \"host\": \"SHOP.example\", \"selector\": \"#four\"",
                        "2999-01-01T00:00:00Z");

        JsonNode items = gateway.get(FINDINGS).json().path("items");
        assertThat(items.at("/0/decision").toString())
                .isEqualTo(
                        "{\"id\":\"%s\",\"decision\":\"accepted\",\"reason\":\"because\"}"
                                .formatted(accepted.path("id").asString()));
        assertThat(items.at("/1").has("decision")).isFalse();
        assertThat(items.at("/2").has("decision")).isFalse();
        assertThat(items.at("/3/decision/decision").asString()).isEqualTo("ignored");
        assertThat(items.at("/3/decision/until").asString()).isEqualTo("2999-01-01T00:00:00Z");
        JsonNode changes = gateway.get(changes(1)).json();
        assertThat(changes.path("counts").path("new").asInt()).isEqualTo(2);
        assertThat(changes.path("decided").toString())
                .isEqualTo(
                        "{\"found\":2,\"new\":1,\"newlyObserved\":0,\"persisting\":1,\"engineChanged\":0}");
        assertThat(changes.at("/findings/new/0/decision/decision").asString())
                .isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"rule\": \"label\" | a,b,c",
                "\"criterion\": \"1.3.1\" | a,b,c,d",
                "\"criterion\": \"4.1.3\" | ''",
                "\"host\": \"*.EXAMPLE\", \"rule\": \"image-alt\" | d",
                "\"host\": \"*.shop.example\" | ''",
                "\"path\": \"/1\" | a",
                "\"path\": \"/*\", \"rule\": \"label\" | a,b,c",
                "\"path\": \"*2\" | b,c",
                "\"selector\": \"#b\" | b",
                "\"selectorPrefix\": \"#\" | a,b,c,d",
                "\"selectorPrefix\": \"#bb\" | ''",
            })
    void aPatternIsAboutAllForWhichEverythingInItHolds(String pattern, String about) {
        finding(1, 0, "a", "label", "serious", null);
        finding(2, 1, "b", "label", "serious", null);
        finding(2, 0, "c", "label", "serious", null);
        finding(3, 0, "d", "image-alt", "critical", null);
        List<String> named =
                Stream.of(about.split(",", -1)).filter(name -> !name.isEmpty()).toList();

        var _ = decide("\"decision\": \"ignored\", " + pattern, null);

        assertThat(fingerprints(gateway.get(FINDINGS + "?decision=ignored").json()))
                .containsExactlyInAnyOrderElementsOf(named);
        assertThat(fingerprints(gateway.get(FINDINGS + "?decision=open").json()))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of("a", "b", "c", "d")
                                .filter(name -> !named.contains(name))
                                .toList());
        assertThat(gateway.get(FINDINGS).json().path("items")).hasSize(4);
    }

    @Test
    void ofSeveralPatternsTheNarrowestCountsAndWhatIsAssignedIsCountedApart() {
        finding(1, 2, "one", "label", "serious", "new");
        finding(1, 1, ONE, "label", "serious", "new");
        finding(1, 0, "three", "image-alt", "critical", "new");
        comparison(1, id(9), null, "found = 3, new = 3");
        var _ =
                decide(
                        "\"decision\": \"assigned\", \"assignee\": \"ada@shop.example\", \"host\": \"*.example\"",
                        null);
        var _ =
                decide(
                        "\"decision\": \"ignored\", \"rule\": \"label\", \"host\": \"*.example\"",
                        null);
        var _ = decide("\"decision\": \"accepted\", \"fingerprint\": \"%s\"".formatted(ONE), null);

        JsonNode items = gateway.get(FINDINGS).json().path("items");
        assertThat(items.at("/0/decision/decision").asString()).isEqualTo("ignored");
        assertThat(items.at("/1/decision/decision").asString()).isEqualTo("accepted");
        assertThat(items.at("/2/decision/assignee").asString()).isEqualTo("ada@shop.example");
        JsonNode changes = gateway.get(changes(1)).json();
        assertThat(changes.at("/counts/new").asInt()).isEqualTo(3);
        assertThat(changes.at("/decided/new").asInt()).isEqualTo(2);
        assertThat(changes.at("/assigned/new").asInt()).isEqualTo(1);
        assertThat(fingerprints(gateway.get(FINDINGS + "?assignee=ada%40shop.example").json()))
                .containsExactly("three");
        assertThat(gateway.get(FINDINGS + "?assignee=bob").json().path("items")).isEmpty();
        assertThat(gateway.get("/api/decisions?decision=assigned").json().path("items")).hasSize(1);
        assertThat(gateway.get("/api/decisions?assignee=bob").json().path("items")).isEmpty();
        gateway.get("/api/decisions?decision=open").problem(400, "invalid-fields");
    }

    @Test
    void pagesOfWhatIsOpenGoOnWhereTheOneBeforeEnded() {
        for (int i = 0; i < 9; i++) {
            finding(
                    1 + i,
                    0,
                    "f" + i,
                    i % 3 == 0 ? "label" : "image-alt",
                    i < 5 ? "serious" : "minor",
                    null);
        }
        var _ = decide("\"decision\": \"ignored\", \"rule\": \"image-alt\"", null);

        assertThat(all("?decision=open&limit=1")).containsExactly("f6", "f3", "f0");
        assertThat(all("?decision=open&limit=2")).containsExactly("f6", "f3", "f0");
        assertThat(all("?decision=ignored&impact=serious&limit=2"))
                .containsExactly("f4", "f2", "f1");
        String next =
                gateway.get(FINDINGS + "?decision=open&limit=1").json().path("next").asString();
        gateway.get(FINDINGS + "?decision=ignored&cursor=" + next).problem(400, "invalid-fields");
    }

    private List<String> all(String query) {
        var seen = new ArrayList<String>();
        JsonNode page = gateway.get(FINDINGS + query).json();
        seen.addAll(fingerprints(page));
        while (page.has("next")) {
            page = gateway.get(FINDINGS + query + "&cursor=" + page.path("next").asString()).json();
            seen.addAll(fingerprints(page));
        }
        return seen;
    }

    @Test
    void ofManyThatAreDecidedAPageLooksAtNoMoreThanItMay() {
        finding(1, 0, "last", "image-alt", "critical", null);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.finding_view
                                SELECT ?, i, ?, 'local', 'shop.example', 'https://shop.example/', 'label', '{1.3.1}', 'serious',
                                       'violation', 'other-' || i, '{input}', '<input>', NULL
                                  FROM generate_series(1, 20000) AS i
                                """,
                                id(2),
                                MONDAY.plusSeconds(120)));
        var _ = decide("\"decision\": \"ignored\", \"rule\": \"label\"", null);

        JsonNode page = gateway.get(FINDINGS + "?decision=open").json();

        assertThat(page.path("items")).isEmpty();
        assertThat(page.has("next")).isTrue();
        assertThat(all("?decision=open")).containsExactly("last");
    }

    @Test
    void aPageThatTakesLongToCompareEndsEarlyAndTheNextOneGoesOnThere() {
        for (int i = 1; i <= 3; i++) {
            finding(i, 0, "f" + i, "label", "serious", null);
        }
        SlowComparison.prepare(gateway);

        JsonNode page = gateway.get(FINDINGS + "?decision=open").json();
        assertThat(fingerprints(page)).containsExactly("f3");
        assertThat(page.has("next")).isTrue();
        assertThat(all("?decision=open")).containsExactly("f3", "f2", "f1");

        // Those of another rule need not be compared.
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute("UPDATE gateway.decisions SET pattern_rule = 'image-alt'"));
        JsonNode whole = gateway.get(FINDINGS + "?decision=open").json();
        assertThat(fingerprints(whole)).containsExactly("f3", "f2", "f1");
        assertThat(whole.has("next")).isFalse();
    }

    @Test
    void whileAScanIsComparedWithDecisionsNoConnectionIsHeld() {
        int findings = 8;
        comparison(1, null, null, "found = " + findings);
        for (int i = 0; i < findings; i++) {
            finding(1, i, "f" + i, "label", "serious", null);
        }
        SlowComparison.prepare(gateway);

        var comparing = SlowComparison.of(gateway, changes(1));

        assertThat(comparing.answer().json().at("/counts/found").asInt()).isEqualTo(findings);
        comparing.heldNoConnection();
    }

    @Test
    void whatAGatewayOfTheVersionBeforeDecidesInPlaceOfAnAssignmentHasNoAssignee() {
        finding(1, 0, ONE, "label", "serious", null);
        var _ =
                decide(
                        "\"decision\": \"assigned\", \"assignee\": \"ada\", \"fingerprint\": \"%s\""
                                .formatted(ONE),
                        null);

        // As it says, which knows no assignee.
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute("UPDATE gateway.decisions SET decision = 'accepted'"));

        JsonNode item = gateway.get(FINDINGS + "?decision=accepted").json().at("/items/0");
        assertThat(item.at("/decision/decision").asString()).isEqualTo("accepted");
        assertThat(item.path("decision").has("assignee")).isFalse();
        assertThat(gateway.get(FINDINGS + "?assignee=ada").json().path("items")).isEmpty();
        assertThat(gateway.get("/api/decisions?assignee=ada").json().path("items")).isEmpty();
    }

    @Test
    void aDecisionThatHasEndedOrWasTakenBackCountsNoMore() {
        finding(1, 0, ONE, "label", "serious", null);
        comparison(1, null, null, "found = 1");
        Answer put =
                decide(
                        "\"decision\": \"ignored\", \"fingerprint\": \"%s\"".formatted(ONE),
                        "2999-01-01T00:00:00Z");
        String path = put.header("Location");
        assertThat(gateway.get(changes(1)).json().at("/decided/found").asInt()).isEqualTo(1);

        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE gateway.decisions SET until = now() - interval '1 second'"));
        assertThat(gateway.get(changes(1)).json().at("/decided/found").asInt()).isZero();
        assertThat(gateway.get(FINDINGS).json().at("/items/0").has("decision")).isFalse();
        assertThat(gateway.get("/api/decisions").json().path("items")).hasSize(1);

        var _ = decide("\"decision\": \"ignored\", \"fingerprint\": \"%s\"".formatted(ONE), null);
        assertThat(gateway.get("/api/decisions").json().path("items")).hasSize(1);
        assertThat(gateway.get(FINDINGS).json().at("/items/0").has("decision")).isTrue();
        assertThat(gateway.delete(String.valueOf(path)).status()).isEqualTo(204);
        gateway.delete(String.valueOf(path)).problem(404, "not-found");
        assertThat(gateway.get(FINDINGS).json().at("/items/0").has("decision")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"reason\": \"x\", \"fingerprint\": \"11111111111111111111111111111111\"} | /decision | is required, one of accepted, ignored, assigned",
                "{\"decision\": \"ignored\", \"fingerprint\": \"11111111111111111111111111111111\"} | /reason | is required",
                "{\"decision\": \"ignored\", \"reason\": \"x\"} | /fingerprint | is required, or one of rule, criterion, host, path, selector, selectorPrefix is: of which findings is it decided?",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"**\"} | /host | is about everything; leave it out to restrict nothing",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"a*b*c*d*e*f*\"} | /host | has 6 *, more than 5",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"path\": \"checkout\"} | /path | must begin with / or *, as /checkout/*",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"criterion\": \"1.4\"} | /criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"5f1c\"} | /fingerprint | is not a finding's name, which has 32 of 0-9 and a-f; copy it from a report or from GET /api/findings",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"5F1C02AB77AA01CD5F1C02AB77AA01CD\"} | /fingerprint | is not a finding's name, which has 32 of 0-9 and a-f; copy it from a report or from GET /api/findings",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"5f1c02ab77aa01cd5f1c02ab77aa01cd~1\"} | /fingerprint | is not a finding's name, which has 32 of 0-9 and a-f; copy it from a report or from GET /api/findings",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"5f1c02ab77aa01cd*\"} | /fingerprint | is not a finding's name, which has 32 of 0-9 and a-f; copy it from a report or from GET /api/findings",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"rule\": \"*\"} | /rule | is not a rule's id, such as color-contrast: one, without *; leave it out for all rules",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"rule\": \"color-*\"} | /rule | is not a rule's id, such as color-contrast: one, without *; leave it out for all rules",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"rule\": \"color contrast\"} | /rule | is not a rule's id, such as color-contrast: one, without *; leave it out for all rules",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"rule\": \"label,image-alt\"} | /rule | is not a rule's id, such as color-contrast: one, without *; leave it out for all rules",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"criterion\": \"9.9.9\"} | /criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"criterion\": \"1.4.14\"} | /criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"criterion\": \"1.4.03\"} | /criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"criterion\": \"WCAG 1.4.3\"} | /criterion | must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"https://shop.example/\"} | /host | is not how the host of a page is written; write shop.example",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"shop.example:8080\"} | /host | is not how the host of a page is written; write shop.example",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"shop.example.\"} | /host | is not how the host of a page is written; write shop.example",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"Müller.example\"} | /host | is not how the host of a page is written; write xn--mller-kva.example",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"[2001:DB8::1]\"} | /host | is not how the host of a page is written; write 2001:db8::1",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"0x7f.1\"} | /host | is not how the host of a page is written; write 127.0.0.1",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \".shop.example\"} | /host | is not how the host of a page is written, without scheme, port and path: as shop.example, *.shop.example or 192.0.2.7",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"*.shop.example/de\"} | /host | is not how the host of a page is written, without scheme, port and path: as shop.example, *.shop.example or 192.0.2.7",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"*.shop.example:8080\"} | /host | is not how the host of a page is written, without scheme, port and path: as shop.example, *.shop.example or 192.0.2.7",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"shop example\"} | /host | is not how the host of a page is written, without scheme, port and path: as shop.example, *.shop.example or 192.0.2.7",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"host\": \"ada@shop.example\"} | /host | is not how the host of a page is written, without scheme, port and path: as shop.example, *.shop.example or 192.0.2.7",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"path\": \"/a?b=*\"} | /path | ends before ? and #; leave out what follows",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"selector\": \"a\", \"selectorPrefix\": \"a\"} | /selectorPrefix | does not go with selector: give one of them",
                "{\"decision\": \"assigned\", \"reason\": \"x\", \"rule\": \"r\"} | /assignee | is required where findings are assigned: to whom?",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"rule\": \"r\", \"assignee\": \"ada\"} | /assignee | goes with the decision assigned only",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"11111111111111111111111111111111\", \"rule\": \"r\"} | /rule | does not go with fingerprint: decide of one finding, or by a pattern",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"11111111111111111111111111111111\", \"until\": \"2020-01-01T00:00:00Z\"} | /until | must be in the future; leave it out for no end",
                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"11111111111111111111111111111111\", \"until\": \"soon\"} | /until | must be a moment with its zone, such as 2027-01-31T00:00:00Z",
            })
    void whatIsWrongWithADecisionIsNamedWithTheCure(String body, String field, String detail) {
        JsonNode problem = gateway.put("/api/decisions", body).problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/pointer").asString()).endsWith(field);
        assertThat(problem.at("/errors/0/detail").asString()).isEqualTo(detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"fingerprint\": \"5f1c02ab77aa01cd5f1c02ab77aa01cd~2\"",
                "\"rule\": \"a-rule-of-tomorrow_2\"",
                "\"rule\": \"https://engine.example/rules/sia-r69\"",
                "\"criterion\": \"4.1.1\"",
                "\"criterion\": \"2.5.8\"",
                "\"host\": \"Shop.Example\"",
                "\"host\": \"*shop*.example\"",
                "\"host\": \"my_shop\"",
                "\"host\": \"192.0.2.7\"",
                "\"host\": \"192.0.2.*\"",
                "\"host\": \"2001:db8::1\"",
                "\"host\": \"2001:db8:*\"",
            })
    void whatMayBeTrueOfAFindingCanBeDecided(String about) {
        var _ = decide("\"decision\": \"ignored\", " + about, null);
    }

    @Test
    void aClientMayHaveAThousandDecisions() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO gateway.decisions (id, client, decision, fingerprint, reason, decided_by)
                                SELECT gen_random_uuid(), 'local', 'ignored', 'f' || i, 'x', 'x' FROM generate_series(1, 1000) AS i
                                """));

        JsonNode problem =
                gateway.put(
                                "/api/decisions",
                                "{\"decision\": \"ignored\", \"reason\": \"x\", \"fingerprint\": \"%s\"}"
                                        .formatted(ONE))
                        .problem(409, "conflict");
        assertThat(problem.path("detail").asString()).contains("1000 decisions");
    }

    private Answer decide(String about, @Nullable String until) {
        Answer answer =
                gateway.put(
                        "/api/decisions",
                        "{%s, \"reason\": \"because\"%s}"
                                .formatted(
                                        about,
                                        until == null ? "" : ", \"until\": \"" + until + "\""));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static String changes(int scan) {
        return "/api/scans/" + id(scan) + "/changes";
    }

    private static String id(int scan) {
        return "00000000-0000-7000-8000-%012d".formatted(scan);
    }

    private void finding(
            int scan,
            int place,
            String fingerprint,
            String rule,
            String impact,
            @Nullable String state) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.finding_view
                                VALUES (?, ?, ?, 'local', 'shop.example', ?, ?, '{1.3.1,4.1.2}', ?, 'violation', ?,
                                        ARRAY['iframe', '#' || ?], '<input id="' || ? || '">', ?, ?)
                                """,
                                id(scan),
                                place,
                                MONDAY.plusSeconds(60L * scan),
                                "https://shop.example/" + scan,
                                rule,
                                impact,
                                fingerprint,
                                fingerprint,
                                fingerprint,
                                state,
                                "%016d".formatted(scan)));
    }

    private void comparison(
            int scan, @Nullable String previous, @Nullable String incomparable, String counts) {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            """
                            INSERT INTO reports.comparison_view (scan_id, client, completed_at, engine, whole, incomparable,
                                   previous_scan_id, found)
                            VALUES (?, 'local', ?, 'axe-core 4.14.1', true, ?, ?, 0)
                            """,
                            id(scan),
                            MONDAY.plusSeconds(60L * scan),
                            incomparable,
                            previous);
                    handle.execute(
                            "UPDATE reports.comparison_view SET " + counts + " WHERE scan_id = ?",
                            id(scan));
                });
    }

    private void secondLook(int scan, @Nullable String ordered, @Nullable Integer next) {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("TRUNCATE reports.second_look_view");
                    handle.execute(
                            "INSERT INTO reports.second_look_view VALUES (?, 'local', true, ?, ?, ?)",
                            id(scan),
                            ordered,
                            next == null ? null : id(next),
                            next == null ? null : MONDAY.plusSeconds(60L * next));
                });
    }

    private void missing(int scan, String fingerprint, String state, int seen, int place) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.missing_finding_view VALUES (?, ?, ?, 'local', ?, 'label', 'violation', 'serious', ?, ?, ?, 'axe-core 4.14.1')",
                                id(scan),
                                fingerprint,
                                MONDAY.plusSeconds(60L * scan),
                                state,
                                id(seen),
                                place,
                                MONDAY.plusSeconds(60L * seen)));
    }

    private static List<String> fingerprints(JsonNode page) {
        var found = new ArrayList<String>();
        page.path("items").forEach(item -> found.add(item.path("fingerprint").asString()));
        return found;
    }
}
