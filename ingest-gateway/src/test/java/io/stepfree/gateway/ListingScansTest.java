package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The scans of a client, chosen and read page by page. */
@ExtendWith(GatewayExtension.class)
final class ListingScansTest {

    private static final String SCANS = "/api/scans";

    private final RunningGateway gateway;

    ListingScansTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute("TRUNCATE reports.scan_status_view, reports.report_view"));
    }

    @Test
    void theNewestScansComeFirstWithoutTheirReports() {
        scan(1, "completed", 0, "a.example", "audit-7", 53);
        scan(3, "accepted", 120, "a.example", null, null);
        scan(2, "cancelled", 60, "a.example", null, null);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.report_view VALUES (?, '{}', 'a', 'b', now())",
                                id(1)));

        Answer answer = gateway.get(SCANS);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(ids(answer.json())).containsExactly(id(3), id(2), id(1));
        assertThat(answer.json().has("next")).isFalse();
        JsonNode last = answer.json().at("/items/2");
        assertThat(last.path("url").asString()).isEqualTo("https://a.example/1");
        assertThat(last.path("status").asString()).isEqualTo("completed");
        assertThat(last.path("batch").asString()).isEqualTo("audit-7");
        assertThat(last.path("score").asInt()).isEqualTo(53);
        assertThat(last.path("submittedAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(last.has("report")).isFalse();
        assertThat(answer.json().at("/items/0").has("batch")).isFalse();
        assertThat(answer.json().at("/items/0").has("score")).isFalse();
    }

    @Test
    void pagesGoOnWhereTheOneBeforeEndedWhateverComesMeanwhile() {
        // Two at each moment, so that pages also end between equal times.
        for (int i = 0; i < 7; i++) {
            scan(i, "completed", i / 2 * 60, "a.example", null, 50);
        }
        var seen = new ArrayList<String>();
        JsonNode page = gateway.get(SCANS + "?limit=3").json();
        int fresh = 90;
        while (true) {
            seen.addAll(ids(page));
            if (!page.has("next")) {
                break;
            }
            scan(fresh, "accepted", fresh * 60, "a.example", null, null);
            fresh++;
            page = gateway.get(SCANS + "?limit=3&cursor=" + next(page)).json();
        }

        assertThat(seen).containsExactly(id(6), id(5), id(4), id(3), id(2), id(1), id(0));
        assertThat(fresh).as("some came meanwhile").isGreaterThan(91);
        assertThat(ids(gateway.get(SCANS + "?limit=1").json())).containsExactly(id(fresh - 1));
    }

    @Test
    void aPageThatHoldsTheLastOneHasNoNext() {
        scan(1, "completed", 0, "a.example", null, 50);
        scan(2, "completed", 0, "a.example", null, 50);

        assertThat(gateway.get(SCANS + "?limit=2").json().has("next")).isFalse();
        assertThat(gateway.get(SCANS + "?limit=1").json().has("next")).isTrue();
    }

    @Test
    void aSpanIsReadToItsEndPageByPage() {
        for (int i = 0; i < 8; i++) {
            scan(i, "completed", i * 60, "a.example", null, 50);
        }
        String span = SCANS + "?limit=2&from=2026-01-01T10:01:00Z&to=2026-01-01T10:07:00Z";
        JsonNode page = gateway.get(span).json();
        var seen = new ArrayList<>(ids(page));
        while (page.has("next")) {
            page = gateway.get(span + "&cursor=" + next(page)).json();
            seen.addAll(ids(page));
        }

        assertThat(seen).containsExactly(id(6), id(5), id(4), id(3), id(2), id(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status=completed | 3,1,0",
                "status=DEAD_lettered | 2",
                "status=cancelled | ''",
                "host=b.example | 3,2",
                "host=B.EXAMPLE | 3,2",
                "host=nowhere.example | ''",
                "batch=audit-7 | 4,1",
                "batch=AUDIT-7 | ''",
                "from=2026-01-01T10:02:00Z | 4,3,2",
                "to=2026-01-01T10:02:00Z | 1,0",
                "to=2026-01-01T11:02:00.000000500%2B01:00 | 1,0",
                "to=2026-01-01T10:02:00.000001Z | 2,1,0",
                "from=2026-01-01T10:01:00Z&to=2026-01-01T10:03:00Z | 2,1",
                "scoreFrom=53 | 3,1",
                "scoreTo=53 | 1,0",
                "scoreFrom=0&scoreTo=100 | 3,1,0",
                "scoreFrom=53&scoreTo=53 | 1",
                "scoreFrom=100 | 3",
                "status=completed&host=b.example | 3",
                "status=completed&batch=audit-7&scoreTo=60 | 1",
                "status=dead_lettered&scoreFrom=0 | ''",
                "host=a.example&status=completed&from=2026-01-01T10:00:00Z&to=2026-01-01T10:01:00Z&scoreTo=0 | 0",
                "limit=500 | 4,3,2,1,0",
            })
    void filtersChooseTogether(String query, String chosen) {
        scan(0, "completed", 0, "a.example", null, 0);
        scan(1, "completed", 60, "a.example", "audit-7", 53);
        scan(2, "dead_lettered", 120, "b.example", "audit-8", null);
        scan(3, "completed", 180, "b.example", "audit-8", 100);
        scan(4, "dispatched", 240, "c.example", "audit-7", null);

        Answer answer = gateway.get(SCANS + "?" + query);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(ids(answer.json()))
                .containsExactlyElementsOf(
                        Stream.of(chosen.split(",", -1))
                                .filter(number -> !number.isEmpty())
                                .map(number -> id(Integer.parseInt(number)))
                                .toList());
    }

    @Test
    void whereThereAreNoScansThePageIsEmpty() {
        Answer answer = gateway.get(SCANS + "?status=completed");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"items\":[]}");
    }

    @Test
    void scansOfOthersAndOfNobodyAreNotListed() {
        scan(1, "completed", 0, "a.example", null, 50);
        scan(2, "completed", 60, "a.example", null, 50);
        scan(3, "completed", 120, "a.example", null, 50);
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "UPDATE reports.scan_status_view SET client = 'other' WHERE scan_id = ?",
                            id(2));
                    handle.execute(
                            "UPDATE reports.scan_status_view SET client = NULL, submitted_at = NULL WHERE scan_id = ?",
                            id(3));
                });

        assertThat(ids(gateway.get(SCANS).json())).containsExactly(id(1));
        assertThat(ids(gateway.get(SCANS + "?host=a.example").json())).containsExactly(id(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status=done | status | done | must be one of accepted, dispatched, retrying, completed, dead_lettered, cancelled",
                "status= | status | '' | must be one of accepted, dispatched, retrying, completed, dead_lettered, cancelled",
                "host=%20 | host | ' ' | is blank; leave it out to restrict nothing",
                "host=a%00b | host | a\uFFFDb | has a control character or a line separator",
                "batch=a%20b | batch | a b | must be 1 to 64 letters, digits and . _ : - such as a UUID",
                "from=yesterday | from | yesterday | must be a moment with its zone, such as 2026-11-22T09:00:00Z",
                "to=2026-11-22T09:00:00 | to | 2026-11-22T09:00:00 | must be a moment with its zone, such as 2026-11-22T09:00:00Z",
                "from=2026-11-22T09:00:00Z&to=2026-11-22T09:00:00Z | to | 2026-11-22T09:00:00Z | must be after from, 2026-11-22T09:00:00Z",
                "scoreFrom=-1 | scoreFrom | -1 | must be a whole number from 0 to 100",
                "scoreTo=101 | scoreTo | 101 | must be a whole number from 0 to 100",
                "scoreTo=5.5 | scoreTo | 5.5 | must be a whole number from 0 to 100",
                "scoreTo=99999999999999999999 | scoreTo | 99999999999999999999 | must be a whole number from 0 to 100",
                "scoreFrom=60&scoreTo=59 | scoreTo | 59 | must not be below scoreFrom, 60",
                "limit=0 | limit | 0 | must be a whole number from 1 to 500",
                "limit=501 | limit | 501 | must be a whole number from 1 to 500",
                "state=completed | state | | is not known; known are batch, cursor, from, host, limit, scoreFrom, scoreTo, status, to",
                "host=a&host=b | host | a, b | is there more than once",
                "cursor=a&cursor=b | cursor | a, b | is there more than once",
            })
    void whatIsWrongIsNamedWithItsValueAndTheCure(
            String query, String parameter, @Nullable String value, String detail) {
        JsonNode problem = gateway.get(SCANS + "?" + query).problem(400, "invalid-fields");

        assertThat(problem.path("errors")).hasSize(1);
        JsonNode error = problem.at("/errors/0");
        assertThat(error.path("parameter").asString()).isEqualTo(parameter);
        assertThat(error.has("value")).isEqualTo(value != null);
        assertThat(error.path("value").asString()).isEqualTo(value == null ? "" : value);
        assertThat(error.path("detail").asString()).isEqualTo(detail);
        assertThat(problem.path("detail").asString()).contains(parameter);
    }

    @Test
    void allThatIsWrongIsNamedAtOnce() {
        JsonNode problem =
                gateway.get(SCANS + "?status=done&scoreFrom=x&sort=score")
                        .problem(400, "invalid-fields");

        assertThat(problem.path("errors"))
                .extracting(error -> error.path("parameter").asString())
                .containsExactlyInAnyOrder("status", "scoreFrom", "sort");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "not%20base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoCursorIsRefused(String cursor) {
        assertRefused(SCANS + "?cursor=" + cursor);
    }

    @Test
    void aCursorThatWasAlteredIsRefused() {
        scan(1, "completed", 0, "a.example", null, 50);
        scan(2, "completed", 60, "a.example", null, 50);
        String word = next(gateway.get(SCANS + "?limit=1").json());

        for (int i : new int[] {0, word.length() / 2, word.length() - 1}) {
            char other = word.charAt(i) == 'A' ? 'B' : 'A';
            assertRefused(
                    SCANS + "?cursor=" + word.substring(0, i) + other + word.substring(i + 1));
        }
        assertThat(ids(gateway.get(SCANS + "?cursor=" + word).json())).containsExactly(id(1));
    }

    @Test
    void aCursorIsRefusedWithOtherFiltersThanItWasMadeFor() {
        scan(1, "completed", 0, "a.example", "audit-7", 50);
        scan(2, "completed", 60, "a.example", "audit-7", 50);
        String filter = "status=completed&host=a.example&from=2026-01-01T10:00:00Z";
        String cursor = "&cursor=" + next(gateway.get(SCANS + "?limit=1&" + filter).json());

        for (String other :
                List.of(
                        "limit=1",
                        "host=a.example&from=2026-01-01T10:00:00Z",
                        filter.replace("completed", "cancelled"),
                        filter.replace("a.example", "b.example"),
                        filter.replace("10:00:00Z", "10:00:01Z"),
                        filter + "&batch=audit-7",
                        filter + "&to=2026-01-01T11:00:00Z",
                        filter + "&scoreFrom=50")) {
            assertRefused(SCANS + "?" + other + cursor);
        }
        // The same filter, however it is written, and with another limit.
        assertThat(
                        ids(
                                gateway.get(
                                                SCANS
                                                        + "?from=2026-01-01T11:00:00%2B01:00&host=A.Example&status=completed&limit=9"
                                                        + cursor)
                                        .json()))
                .containsExactly(id(1));
    }

    @Test
    void aCursorIsGoodAtEveryGatewayThatHasTheKey() {
        scan(1, "completed", 0, "a.example", null, 50);
        scan(2, "completed", 60, "a.example", null, 50);
        String cursor = "?cursor=" + next(gateway.get(SCANS + "?limit=1").json());

        RunningGateway another = gateway.beside();
        try {
            assertThat(ids(another.get(SCANS + cursor).json())).containsExactly(id(1));
            assertThat(next(another.get(SCANS + "?limit=1").json()))
                    .isEqualTo(next(gateway.get(SCANS + "?limit=1").json()));
        } finally {
            another.stopGateway();
        }
        RunningGateway withItsOwn =
                gateway.beside("--stepfree.gateway.cursor-key=" + RunningGateway.SECRETS_KEY);
        try {
            withItsOwn.get(SCANS + cursor).problem(400, "invalid-fields");
            assertRefused(SCANS + "?cursor=" + next(withItsOwn.get(SCANS + "?limit=1").json()));
        } finally {
            withItsOwn.stopGateway();
        }
        List<Integer> keys =
                gateway.jdbi()
                        .withHandle(handle ->
                                handle.createQuery(
                                                "SELECT octet_length(key) FROM gateway.cursor_key")
                                        .mapTo(Integer.class)
                                        .list());
        assertThat(keys).containsExactly(32);
    }

    private void assertRefused(String path) {
        JsonNode problem = gateway.get(path).problem(400, "invalid-fields");
        assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo("cursor");
        assertThat(problem.at("/errors/0/detail").asString())
                .startsWith("is damaged, or of another list; send the value of next");
    }

    private static String next(JsonNode page) {
        String next = page.path("next").asString();
        assertThat(next).matches("[A-Za-z0-9_-]+");
        return next;
    }

    private static List<String> ids(JsonNode page) {
        var ids = new ArrayList<String>();
        page.path("items").forEach(item -> ids.add(item.path("id").asString()));
        return ids;
    }

    @Test
    void aSecondLookIsNoneOfTheScansThatTheClientSubmittedAndCanBeReadAllTheSame() {
        scan(1, "completed", 0, "a.example", null, 53);
        scan(2, "completed", 0, "a.example", null, 54);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE reports.scan_status_view SET relook_of = ?, second_look = true WHERE scan_id = ?",
                                id(1),
                                id(2)));

        assertThat(ids(gateway.get(SCANS).json())).containsExactly(id(1));
        JsonNode again = gateway.get(SCANS + "/" + id(2)).json();
        assertThat(again.path("secondLookOf").asString()).isEqualTo(id(1));
        assertThat(gateway.get(SCANS + "/" + id(1)).json().has("secondLookOf")).isFalse();
    }

    private static String id(int number) {
        return "01890a5d-ac96-774b-bcce-b302099a%04d".formatted(number);
    }

    private void scan(
            int number,
            String status,
            int secondsLater,
            String host,
            @Nullable String batch,
            @Nullable Integer score) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createUpdate(
                                        """
                                        INSERT INTO reports.scan_status_view
                                        VALUES (:id, 'request-1', 'local', :url, :host, 'wcag22aa', 'high', :status, 1,
                                                '2026-01-01T10:00:00Z'::timestamptz + :later * interval '1 second',
                                                now(), NULL, NULL, :batch, :score)
                                        """)
                                .bind("id", id(number))
                                .bind("url", "https://%s/%d".formatted(host, number))
                                .bind("host", host)
                                .bind("status", status)
                                .bind("later", secondsLater)
                                .bind("batch", batch)
                                .bind("score", score)
                                .execute());
    }
}
