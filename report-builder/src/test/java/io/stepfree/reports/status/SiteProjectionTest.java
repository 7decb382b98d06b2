package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.SiteProgress;
import io.stepfree.schemas.scan.SiteSkips;
import io.stepfree.schemas.scan.SiteStop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of sites in a real database. */
final class SiteProjectionTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private static TestDatabase database;
    private static Jdbi jdbi;

    private final String site = UUID.randomUUID().toString();
    private final List<String> cancelled = new ArrayList<>();
    private SiteProjection projection;

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void open() {
        projection = new SiteProjection(jdbi, (siteId, _) -> cancelled.add(siteId));
    }

    @Test
    void theNewestWordOnAPartitionCountsWhateverTheClocksSay() {
        keep(told(2), START, 10);
        keep(told(3), START.minusSeconds(60), 11);
        keep(told(2), START.minusSeconds(61), 10);

        assertThat(document().path("pages").path("found").asInt()).isEqualTo(3);
    }

    @Test
    void aTopicThatWasMadeAnewIsHeard() {
        keep(told(2), START, 1_000);
        keep(told(3), START.plusSeconds(60), 0);

        assertThat(document().path("pages").path("found").asInt()).isEqualTo(3);
    }

    @Test
    void whatStoppedItAndWhatWasLeftOutIsKept() {
        keep(
                SiteProgress.newBuilder(told(9))
                        .setStopped(SiteStop.PAGE_LIMIT)
                        .setEnded(true)
                        .setSkipped(SiteSkips.newBuilder().setRobots(1).setLimit(4).build())
                        .setFailure(
                                Failure.newBuilder()
                                        .setType(FailureType.HTTP_ERROR)
                                        .setMessage("status 404\0")
                                        .setHttpStatus(404)
                                        .build())
                        .setProblems(List.of("a \0 problem"))
                        .build(),
                START,
                1);

        JsonNode document = document();
        assertThat(document.path("stopped").asString()).isEqualTo("page_limit");
        assertThat(document.path("ended").asBoolean()).isTrue();
        assertThat(document.path("skipped").path("robots").asInt()).isEqualTo(1);
        assertThat(document.path("skipped").path("limit").asInt()).isEqualTo(4);
        assertThat(document.path("failure").path("type").asString()).isEqualTo("http_error");
        assertThat(document.path("problems").path(0).asString()).contains("problem");
    }

    @Test
    void whatIsToldOfAnErasedSiteIsNotKeptAndCancelsItOnceWhileItGoesOn() {
        String client = "client-" + site;
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.erasure (id, client, request_id, ordered_by, reason, ordered_at) VALUES (?, ?, 'r', 'ada', '', ?)",
                        site,
                        client,
                        START));
        SiteProgress erased = SiteProgress.newBuilder(told(2)).setClient(client).build();
        keep(erased, START.plusSeconds(5), 1);
        assertThat(cancelled).containsExactly(site);
        keep(
                SiteProgress.newBuilder(erased).setStopped(SiteStop.CANCELLED).build(),
                START.plusSeconds(6),
                2);

        assertThat(cancelled).containsExactly(site);
        assertThat(there()).isZero();

        keep(
                SiteProgress.newBuilder(erased).setSubmittedAt(START.plusMillis(1)).build(),
                START.plusSeconds(7),
                3);
        assertThat(cancelled).containsExactly(site);
        assertThat(there()).isEqualTo(1);
    }

    private long there() {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT count(*) FROM reports.site_status WHERE site_id = ?")
                        .bind(0, site)
                        .mapTo(Long.class)
                        .one());
    }

    private void keep(SiteProgress told, Instant at, long offset) {
        projection.keep(told, at, offset);
    }

    private JsonNode document() {
        String document =
                jdbi.withHandle(handle ->
                        handle.createQuery(
                                        "SELECT document FROM reports.site_view WHERE site_id = ?")
                                .bind(0, site)
                                .mapTo(String.class)
                                .one());
        return JsonMapper.shared().readTree(document);
    }

    private SiteProgress told(long found) {
        return SiteProgress.newBuilder()
                .setSiteId(site)
                .setClient("local")
                .setBatchId("site-" + site)
                .setRequestId("request")
                .setStart("https://example.org/")
                .setSubmittedAt(START)
                .setAt(START)
                .setFound(found)
                .setSkipped(SiteSkips.newBuilder().build())
                .setProblems(List.of())
                .build();
    }
}
