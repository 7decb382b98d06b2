package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What has been counted of a client, its sites, its pages and rules, as it is shown. */
@ExtendWith(GatewayExtension.class)
final class TrendsTest {

    private static final String TRENDS = "/api/trends?";
    private static final String DAYS = "&from=2026-11-23T12:00:00Z&to=2026-11-25T00:00:00Z";
    private static final String PAGE = "https://shop.example/a?b=c";

    private final RunningGateway gateway;

    TrendsTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void empty() {
        execute(
                "TRUNCATE reports.trend_view, reports.trend_scan_view, reports.finding_view, reports.missing_finding_view, reports.scan_status_view");
    }

    @Test
    void theSitesOfAClientAreAddedUpAndADayWithoutScansIsEmpty() {
        counted("a.example", "2026-11-23", "3, 2, 1, 4, 9, 1, 2, 3, '{50,90}', '{1,1}'");
        counted("b.example", "2026-11-23", "1, 1, 0, 1, 1, 0, 0, 1, '{80}', '{1}'");

        JsonNode trend = gateway.get(TRENDS + "by=client" + DAYS).json();

        assertThat(trend.toString())
                .isEqualTo(
                        "{\"by\":\"client\",\"bucket\":\"day\",\"from\":\"2026-11-23T00:00:00Z\",\"to\":\"2026-11-25T00:00:00Z\",\"items\":["
                                + "{\"from\":\"2026-11-23T00:00:00Z\",\"to\":\"2026-11-24T00:00:00Z\",\"scans\":4,\"pagesSeen\":3,\"pagesSeenInPart\":0,\"pagesNotSeen\":1,\"issues\":5,\"occurrences\":10,\"new\":1,\"fixed\":2,\"persisting\":4,\"medianScore\":80.0},"
                                + "{\"from\":\"2026-11-24T00:00:00Z\",\"to\":\"2026-11-25T00:00:00Z\",\"scans\":0}]}");
    }

    @Test
    void aSiteHasItsOwnAndTheMedianIsBetweenTheTwoInTheMiddle() {
        counted("a.example", "2026-11-23", "3, 2, 1, 4, 9, 1, 2, 3, '{50,91}', '{1,1}'");
        counted("b.example", "2026-11-23", "1, 1, 0, 1, 1, 0, 0, 1, '{80}', '{1}'");

        JsonNode day = gateway.get(TRENDS + "by=site&host=A.example" + DAYS).json().at("/items/0");

        assertThat(day.path("scans").asInt()).isEqualTo(3);
        assertThat(day.path("medianScore").asDouble()).isEqualTo(70.5);
    }

    @Test
    void aDayOnWhichNoPageWasSeenHasNoViolationsAndNotZero() {
        counted("a.example", "2026-11-23", "3, 0, 2, 0, 0, 0, 0, 0, '{}', '{}'");

        assertThat(gateway.get(TRENDS + "by=client" + DAYS).json().at("/items/0").toString())
                .isEqualTo(
                        "{\"from\":\"2026-11-23T00:00:00Z\",\"to\":\"2026-11-24T00:00:00Z\",\"scans\":3,\"pagesSeen\":0,\"pagesSeenInPart\":0,\"pagesNotSeen\":2}");
    }

    @Test
    void aRuleThatIsNowhereViolatedOnPagesThatWereSeenIsZero() {
        counted("a.example", "2026-11-23", "3, 2, 0, 4, 9, 1, 2, 3, '{50,90}', '{1,1}'");
        counted("a.example", "2026-11-24", "3, 2, 0, 4, 9, 1, 2, 3, '{50,90}', '{1,1}'");
        counted("a.example", "2026-11-24", "image-alt", "0, 1, 0, 1, 5, 1, 0, 4, '{}', '{}'");

        JsonNode trend = gateway.get(TRENDS + "by=rule&rule=image-alt" + DAYS).json();

        assertThat(trend.at("/items/0").toString())
                .endsWith(
                        "\"scans\":3,\"pagesSeen\":2,\"pagesSeenInPart\":0,\"pagesNotSeen\":0,\"pagesAffected\":0,\"issues\":0,\"occurrences\":0,\"new\":0,\"fixed\":0,\"persisting\":0}");
        assertThat(trend.at("/items/1").toString())
                .endsWith(
                        "\"scans\":3,\"pagesSeen\":2,\"pagesSeenInPart\":0,\"pagesNotSeen\":0,\"pagesAffected\":1,\"issues\":1,\"occurrences\":5,\"new\":1,\"fixed\":0,\"persisting\":4}");
    }

    @Test
    void aSecondLookAtAPageIsNoScanOfTheClient() {
        look("1", "2026-11-23T08:00:00Z", true, "60, '{label}', '{2}'");
        look("2", "2026-11-23T09:00:00Z", true, "80, '{label}', '{1}'");
        execute("UPDATE reports.trend_scan_view SET second_look = true WHERE scan_id = '2'");

        JsonNode page =
                gateway.get(TRENDS + "by=page&url=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc" + DAYS)
                        .json();
        assertThat(page.at("/items/0").toString())
                .contains("\"scans\":1,\"pagesSeen\":1,")
                .contains("\"occurrences\":1,")
                .contains("\"medianScore\":80.0");
    }

    @Test
    void whatWasSeenInPartIsToldAndTheWholeCountsBeforeIt() {
        counted("a.example", "2026-11-23", "3, 2, 1, 0, 0, 0, 0, 0, '{}', '{}', 1");
        look("1", "2026-11-23T08:00:00Z", true, "60, '{label}', '{2}'");
        look("2", "2026-11-23T09:00:00Z", true, "100, '{}', '{}'");
        look("3", "2026-11-24T09:00:00Z", true, "100, '{}', '{}'");
        execute("UPDATE reports.trend_scan_view SET whole = false WHERE scan_id <> '1'");

        String seen = "\"scans\":3,\"pagesSeen\":2,\"pagesSeenInPart\":1,\"pagesNotSeen\":1,";
        assertThat(gateway.get(TRENDS + "by=client" + DAYS).json().at("/items/0").toString())
                .contains(seen + "\"issues\":0");
        assertThat(
                        gateway.get(TRENDS + "by=rule&rule=label" + DAYS)
                                .json()
                                .at("/items/0")
                                .toString())
                .contains(seen + "\"pagesAffected\":0");
        JsonNode page =
                gateway.get(TRENDS + "by=page&url=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc" + DAYS)
                        .json();
        assertThat(page.at("/items/0").toString())
                .contains("\"pagesSeen\":1,\"pagesSeenInPart\":0,")
                .contains("\"issues\":1,\"occurrences\":2,");
        assertThat(page.at("/items/1").toString())
                .contains("\"pagesSeen\":1,\"pagesSeenInPart\":1,")
                .contains("\"issues\":0,");
    }

    @Test
    void ofAPageTheLastLookOfEachTimeCounts() {
        look("1", "2026-11-23T08:00:00Z", true, "60, '{label,image-alt}', '{2,3}'");
        look("2", "2026-11-23T09:00:00Z", true, "70, '{label}', '{2}'");
        look("3", "2026-11-24T09:00:00Z", false, "NULL, '{}', '{}'");
        execute(
                """
                INSERT INTO reports.finding_view (scan_id, place, completed_at, client, kind, state, rule)
                VALUES ('2', 0, '2026-11-23T09:00:00Z', 'local', 'violation', 'persisting', 'label'),
                       ('2', 1, '2026-11-23T09:00:00Z', 'local', 'violation', 'new', 'image-alt'),
                       ('2', 2, '2026-11-23T09:00:00Z', 'local', 'needs_review', 'new', 'label')
                """);
        execute(
                """
                INSERT INTO reports.missing_finding_view (scan_id, completed_at, client, state, kind, rule)
                VALUES ('2', '2026-11-23T09:00:00Z', 'local', 'fixed', 'violation', 'image-alt'),
                       ('2', '2026-11-23T09:00:00Z', 'local', 'not_observed', 'violation', 'label')
                """);
        execute(
                """
                INSERT INTO reports.scan_status_view (scan_id, client, url, host, status, updated_at)
                VALUES ('4', 'local', '%s', 'shop.example', 'dead_lettered', '2026-11-24T10:00:00Z')
                """
                        .formatted(PAGE));
        String page = TRENDS + "by=page&url=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc";

        JsonNode days = gateway.get(page + DAYS).json();
        assertThat(days.at("/items/0").toString())
                .endsWith(
                        "\"scans\":2,\"pagesSeen\":1,\"pagesSeenInPart\":0,\"pagesNotSeen\":0,\"issues\":1,\"occurrences\":2,\"new\":1,\"fixed\":1,\"persisting\":1,\"medianScore\":70.0}");
        assertThat(days.at("/items/1").toString())
                .endsWith("\"scans\":2,\"pagesSeen\":0,\"pagesSeenInPart\":0,\"pagesNotSeen\":1}");
        JsonNode label = gateway.get(page.replace("by=page", "by=rule&rule=label") + DAYS).json();
        assertThat(label.at("/items/0").toString())
                .endsWith(
                        "\"scans\":2,\"pagesSeen\":1,\"pagesSeenInPart\":0,\"pagesNotSeen\":0,\"pagesAffected\":1,\"issues\":1,\"occurrences\":2,\"new\":0,\"fixed\":0,\"persisting\":1}");
        JsonNode alt = gateway.get(page.replace("by=page", "by=rule&rule=image-alt") + DAYS).json();
        assertThat(alt.at("/items/0").toString())
                .endsWith(
                        "\"pagesAffected\":0,\"issues\":0,\"occurrences\":0,\"new\":1,\"fixed\":1,\"persisting\":0}");
        JsonNode week = gateway.get(page + "&bucket=week" + DAYS).json();
        assertThat(week.path("items")).hasSize(1);
        assertThat(week.at("/items/0").toString())
                .contains("\"to\":\"2026-11-30T00:00:00Z\",\"scans\":4,\"pagesSeen\":1");
    }

    @Test
    void whatIsOfOthersIsNotCounted() {
        counted("a.example", "2026-11-23", "3, 2, 1, 4, 9, 1, 2, 3, '{50,90}', '{1,1}'");
        look("1", "2026-11-23T08:00:00Z", true, "60, '{label}', '{2}'");
        execute("UPDATE reports.trend_view SET client = 'other'");
        execute("UPDATE reports.trend_scan_view SET client = 'other'");

        for (String by :
                new String[] {
                    "client", "site&host=a.example", "page&url=" + PAGE, "rule&rule=label"
                }) {
            JsonNode items = gateway.get(TRENDS + "by=" + by + DAYS).json().path("items");
            assertThat(items).hasSize(2).allMatch(item -> item.path("scans").asInt() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"day, 30", "week, 26", "month, 12"})
    void withoutAnythingSaidItEndsNow(String bucket, int times) {
        assertThat(gateway.get(TRENDS + "by=client&bucket=" + bucket).json().path("items"))
                .hasSize(times);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bucket=day | by | is required, one of client, site, page, rule",
                "by=week | by | must be one of client, site, page, rule",
                "by=site | host | is required by site",
                "by=page | url | is required by page",
                "by=rule | rule | is required by rule",
                "by=client&host=x | host | does not go with by=client, but with by=site or by=rule",
                "by=rule&rule=x&host=x&url=https://y.example/ | host | is not the one of url; leave it out",
                "by=client&bucket=year | bucket | must be one of day, week, month",
                "by=client&from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z | from | is more than 400 times before the end: choose a longer bucket, or a later from",
                "by=client&from=2999-01-01T00:00:00Z | from | is after the end",
                "by=client&day=x | day | is not known",
            })
    void whatIsWrongIsNamedWithTheCure(String query, String parameter, String detail) {
        JsonNode problem = gateway.get(TRENDS + query).problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo(parameter);
        assertThat(problem.at("/errors/0/detail").asString()).startsWith(detail);
    }

    private void counted(String host, String day, String counts) {
        counted(host, day, "", counts);
    }

    private void counted(String host, String day, String rule, String counts) {
        execute(
                "INSERT INTO reports.trend_view VALUES ('local', 'day', '%s', '%sT00:00:00Z', '%s', %s)"
                        .formatted(rule, day, host, counts));
    }

    private void look(String scan, String at, boolean seen, String counts) {
        execute(
                "INSERT INTO reports.trend_scan_view (scan_id, client, url, look, completed_at, seen, score, rules, occurrences) VALUES ('%s', 'local', '%s', 'look', '%s', %s, %s)"
                        .formatted(scan, PAGE, at, seen, counts));
    }

    private void execute(String sql) {
        gateway.jdbi().useHandle(handle -> handle.execute(sql));
    }
}
