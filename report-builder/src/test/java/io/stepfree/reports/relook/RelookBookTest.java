package io.stepfree.reports.relook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reports.history.FindingMonths;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which pages are looked at again, in a real database. */
final class RelookBookTest {

    private static final int PER_HOUR = 100;

    private static TestDatabase database;
    private static Jdbi jdbi;
    private static RelookBook book;

    private final String client = "client-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
        new FindingMonths(jdbi).makeAhead(Instant.now());
        book = new RelookBook(jdbi, PER_HOUR);
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void theHundredAndFirstWithinAnHourIsLeftOutAndAfterTheHourThereIsRoomAgain() {
        assertThat(decide(newScans(60)).ordered()).isEqualTo(60);
        RelookBook.Decided rest = decide(newScans(41));
        assertThat(rest.ordered()).isEqualTo(40);
        assertThat(rest.leftOut()).isEqualTo(1);

        age("59 minutes 30 seconds");
        assertThat(decide(newScans(1)).leftOut()).isEqualTo(1);
        age("1 minute");
        RelookBook.Decided later = decide(newScans(101));
        assertThat(later.ordered()).isEqualTo(100);
        assertThat(later.leftOut()).isEqualTo(1);
    }

    private void age(String by) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.relook SET decided_at = decided_at - CAST(? AS interval) WHERE client = ?",
                        by,
                        client));
    }

    @Test
    void whatIsErasedWhileItIsDecidedIsNotLookedAtAgain() throws Exception {
        Map<String, String> scans = newScans(2);
        String erased = scans.keySet().iterator().next();
        CompletableFuture<RelookBook.Decided> decided;
        try (Handle erasure = jdbi.open()) {
            erasure.begin();
            erasure.execute("DELETE FROM reports.comparison WHERE scan_id = ?", erased);
            decided = CompletableFuture.supplyAsync(() -> decide(scans));
            await().until(RelookBookTest::somebodyWaits);
            erasure.commit();
        }

        assertThat(decided.get(60, TimeUnit.SECONDS).scanIds())
                .containsExactlyElementsOf(
                        scans.keySet().stream().filter(scan -> !scan.equals(erased)).toList());
        assertThat(rows(erased)).isZero();
    }

    @Test
    void anErasureThatComesAfterItTakesTheLookAlong() {
        Map<String, String> scans = newScans(1);
        String scan = scans.keySet().iterator().next();
        assertThat(decide(scans).ordered()).isEqualTo(1);

        jdbi.useHandle(
                handle -> handle.execute("DELETE FROM reports.comparison WHERE scan_id = ?", scan));

        assertThat(rows(scan)).isZero();
    }

    private static boolean somebodyWaits() {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
                        .mapTo(Boolean.class)
                        .one());
    }

    private RelookBook.Decided decide(Map<String, String> scans) {
        return book.decide(Set.of(client), scans);
    }

    private static long rows(String scan) {
        return jdbi.withHandle(handle ->
                handle.select("SELECT count(*) FROM reports.relook WHERE scan_id = ?", scan)
                        .mapTo(Long.class)
                        .one());
    }

    /** So many scans in which something is new, each with the one that would look again. */
    private Map<String, String> newScans(int number) {
        var scans = new LinkedHashMap<String, String>();
        for (int scan = 0; scan < number; scan++) {
            scans.put(UUID.randomUUID().toString(), UUID.randomUUID().toString());
        }
        jdbi.useHandle(handle -> {
            handle.createUpdate(
                            """
                            INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, engine, final_page, whole,
                                   cut_rules, previous_scan_id, found, new)
                            SELECT scan_id, :client, now(), now(), 'axe-core', '', true, '{}', 'before', 1, 1
                              FROM unnest(CAST(:scanIds AS text[])) AS scan_id
                            """)
                    .bind("client", client)
                    .bindArray("scanIds", String.class, scans.keySet())
                    .execute();
            handle.createUpdate(
                            """
                            INSERT INTO reports.finding (scan_id, place, completed_at, submitted_at, client, host, url, rule, criteria,
                                   impact, kind, fingerprint, target, html, state)
                            SELECT scan_id, 0, completed_at, submitted_at, client, '', '', 'label', '{}', 'serious', 'violation',
                                   'f', '{}', '', 'new'
                              FROM reports.comparison WHERE scan_id = ANY (CAST(:scanIds AS text[]))
                            """)
                    .bindArray("scanIds", String.class, scans.keySet())
                    .execute();
        });
        return scans;
    }
}
