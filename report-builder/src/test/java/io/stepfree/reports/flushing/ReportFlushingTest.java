package io.stepfree.reports.flushing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.aayushatharva.brotli4j.encoder.Encoder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.receipt.Receipts;
import io.stepfree.reports.keeping.ScanRemoval;
import io.stepfree.reports.shelf.Encoding;
import io.stepfree.reports.shelf.FolderShelf;
import io.stepfree.reports.shelf.ReportPrint;
import io.stepfree.reports.shelf.ReportShelf;
import io.stepfree.reports.shelf.ReportShelf.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of reports in a real folder, with their rows in a real database, before they are flushed.
 */
final class ReportFlushingTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static TestDatabase database;
    private static Jdbi jdbi;

    @TempDir Path directory;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final String scan = UUID.randomUUID().toString();
    private final List<ReportFlushing> begun = new ArrayList<>();
    private final UnflushedReports one = new UnflushedReports(UUID.randomUUID());
    private final UnflushedReports other = new UnflushedReports(UUID.randomUUID());

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @AfterEach
    void clear() {
        begun.forEach(ReportFlushing::close);
        jdbi.useHandle(handle -> {
            handle.execute("DELETE FROM reports.unflushed");
            handle.execute("DELETE FROM reports.report");
        });
    }

    @Test
    void aRunFlushesItsOwnAMinuteAfterTheyWereWritten() throws IOException {
        write(one);
        age(50);
        flushing(one).flush();
        assertThat(unflushed()).isEqualTo(1);
        age(61);
        flushing(one).flush();
        assertThat(unflushed()).isZero();
    }

    @Test
    void aGaugeTellsHowLongTheOldestHasWaitedThatAnyRunHasWritten() throws IOException {
        var flushing = flushing(one);
        write(other);
        age(50);
        assertThat(oldest()).isZero();
        flushing.flush();
        assertThat(oldest()).isBetween(50.0, 50 + (double) LONG.toSeconds());
        flushing.makeGood();
        flushing.flush();
        assertThat(unflushed()).isZero();
        assertThat(oldest()).isZero();
    }

    @Test
    void whatOthersWriteMeanwhileIsLeftToThemForTenMinutes() throws IOException {
        var flushing = flushing(one);
        flushing.makeGood();
        write(other);
        age(500);
        flushing.makeGood();
        assertThat(unflushed()).isEqualTo(1);
        age(601);
        flushing.makeGood();
        assertThat(unflushed()).isZero();
    }

    @Test
    void whatAnotherInstanceFoundWellMeanwhileStaysNotedWhereThisOneCouldNotMakeItAgain()
            throws IOException {
        Places places = write(one);
        Files.write(Path.of(places.html()), new byte[0]);
        var disk =
                new Shelf(shelf()) {
                    @Override
                    public Places write(ReportDocument document, String json) throws IOException {
                        flushing(new UnflushedReports(UUID.randomUUID())).makeGood();
                        assertThat(unflushed()).as("the other one takes it out").isZero();
                        throw new IOException("no space left");
                    }
                };
        // Whole for the other one, as when it has made it again itself.
        var found =
                new Shelf(disk) {
                    @Override
                    public Set<String> damaged(Map<String, Places> reports) {
                        Set<String> damaged = super.damaged(reports);
                        try {
                            Files.delete(Path.of(places.html()));
                            shelf().write(document(), ReportJson.write(document()));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return damaged;
                    }
                };
        flushing(other, found).makeGood();
        assertThat(noted()).containsExactly(scan);
    }

    @Test
    void whatAPowerCutTookIsMadeAgainFromItsRowAtTheNextStart() throws IOException {
        Places places = write(one);
        Path folder = folder(places);
        Map<String, byte[]> whole = contents(folder);
        assertThat(whole).hasSize(4);
        for (String name : whole.keySet()) {
            Path file = folder.resolve(name);
            byte[] content = Objects.requireNonNull(whole.get(name));
            for (byte[] left :
                    List.of(new byte[0], Arrays.copyOf(content, 7), new byte[content.length])) {
                Files.write(file, left);
                nextStart();
                assertSame(contents(folder), whole);
            }
            Files.delete(file);
            nextStart();
            assertSame(contents(folder), whole);
        }
        shelf().remove(Map.of(scan, places));
        assertThat(directory).isEmptyDirectory();
        nextStart();
        assertSame(contents(folder), whole);
        assertThat(places()).isEqualTo(places);
    }

    /** Another run of report-builder begins where the first one was cut off. */
    private void nextStart() {
        note(one, scan);
        try (var flushing = flushing(other)) {
            flushing.start();
            await().atMost(LONG).until(() -> unflushed() == 0);
        }
    }

    @Test
    void whatIsWholeIsNotTouchedAlsoWhenANewVersionWouldWriteItBetter() throws IOException {
        Places places = write(one, "<!DOCTYPE html><title>As it was written before</title>");
        Map<String, byte[]> whole = contents(folder(places));
        flushing(other).makeGood();
        assertThat(unflushed()).isZero();
        assertSame(contents(folder(places)), whole);
        assertThat(places()).isEqualTo(places);
    }

    @Test
    void whatANewVersionMakesAgainTakesThePlaceOfWhatWasTorn() throws IOException {
        Places places = write(one, "<!DOCTYPE html><title>As it was written before</title>");
        Files.write(Path.of(places.html()), new byte[0]);

        flushing(other).makeGood();

        Places now = places();
        assertThat(now.html()).isNotEqualTo(places.html());
        assertThat(now.json()).isEqualTo(places.json());
        assertThat(Path.of(now.html())).content().contains("</html>");
        assertThat(contents(folder(now))).hasSize(4);
        assertThat(shelf().damaged(Map.of(scan, now))).isEmpty();
    }

    @Test
    void whatThisVersionCannotReadWhollyIsLeftAndKeepsNothingElse() throws IOException {
        Places places = write(one);
        Map<String, byte[]> whole = contents(folder(places));
        // As a newer version keeps it, with a receipt over more than this one knows.
        String newer = UUID.randomUUID().toString();
        jdbi.useHandle(handle -> {
            handle.execute(
                    """
                    INSERT INTO reports.report (scan_id, client, submitted_at, document, html_file, json_file,
                           published_at, completed_at)
                    SELECT ?, client, submitted_at, document || '{"title": "another"}', replace(html_file, scan_id, ?),
                           replace(json_file, scan_id, ?), published_at, completed_at
                      FROM reports.report
                    """,
                    newer,
                    newer,
                    newer);
            handle.execute("DELETE FROM reports.unflushed");
            one.add(handle, List.of(newer, scan));
        });
        Files.write(Path.of(places.json()), new byte[0]);

        var flushing = flushing(other);
        flushing.makeGood();

        assertSame(contents(folder(places)), whole);
        assertThat(noted()).containsExactly(newer);
        // It is looked at again, as it was there at the start.
        jdbi.useHandle(
                handle -> handle.execute("DELETE FROM reports.report WHERE scan_id = ?", newer));
        flushing.makeGood();
        assertThat(unflushed()).isZero();
    }

    @Test
    void whatHasNoRowAnyMoreIsRemoved() throws IOException {
        write(one);
        jdbi.useHandle(handle -> handle.execute("DELETE FROM reports.report"));
        flushing(other).makeGood();
        assertThat(unflushed()).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsBeingRemovedIsNotMadeAgainBesideIt() throws Exception {
        write(one);
        var removing = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow =
                    new ScanRemoval(
                            new Shelf(shelf()) {
                                @Override
                                public long remove(Map<String, Places> reports) throws IOException {
                                    long gone = super.remove(reports);
                                    removing.countDown();
                                    awaitOrInterrupt(goOn);
                                    return gone;
                                }
                            });
            var removed =
                    threads.submit(() ->
                            jdbi.<ScanRemoval.Removed, IOException>inTransaction(
                                    handle -> slow.remove(handle, List.of(scan))));
            removing.await();
            var made = threads.submit(() -> flushing(other).makeGood());
            // The files are gone and the row is there: this is where it would come back.
            await().atMost(LONG).until(() -> waiting() == 1);
            goOn.countDown();
            assertThat(removed.get().reports()).isEqualTo(1);
            made.get();
        }
        assertThat(unflushed()).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    private static void awaitOrInterrupt(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatTheDiskDoesNotTakeStaysNotedAndIsMadeAgain() throws IOException {
        Places places = write(one);
        Map<String, byte[]> whole = contents(folder(places));
        age(61);
        var broken = new AtomicBoolean(true);
        var disk =
                new Shelf(shelf()) {
                    @Override
                    public Set<String> flush(Map<String, Places> reports) throws IOException {
                        if (broken.get()) {
                            shelf().removeAll(reports.keySet());
                            return reports.keySet();
                        }
                        return super.flush(reports);
                    }
                };

        flushing(one, disk).flush();
        assertThat(unflushed()).isEqualTo(1);

        broken.set(false);
        flushing(one, disk).flush();
        assertThat(unflushed()).isZero();
        assertSame(contents(folder(places)), whole);
    }

    @Test
    void anOrderlyStopFlushesWhatTheRunHasWritten() throws IOException {
        write(one);
        var flushing = flushing(one);
        flushing.start();
        assertThat(unflushed()).isEqualTo(1);
        flushing.close();
        assertThat(unflushed()).isZero();
    }

    /** Passes everything on. */
    private static class Shelf implements ReportShelf {

        private final ReportShelf shelf;

        private Shelf(ReportShelf shelf) {
            this.shelf = shelf;
        }

        @Override
        public Places write(ReportDocument document, String json) throws IOException {
            return shelf.write(document, json);
        }

        @Override
        public Set<String> flush(Map<String, Places> reports) throws IOException {
            return shelf.flush(reports);
        }

        @Override
        public Set<String> damaged(Map<String, Places> reports) {
            return shelf.damaged(reports);
        }

        @Override
        public long remove(Map<String, Places> reports) throws IOException {
            return shelf.remove(reports);
        }

        @Override
        public long removeAll(Set<String> scanIds) throws IOException {
            return shelf.removeAll(scanIds);
        }

        @Override
        public long count(Set<String> scanIds) throws IOException {
            return shelf.count(scanIds);
        }
    }

    private ReportFlushing flushing(UnflushedReports run) {
        return flushing(run, shelf());
    }

    private ReportFlushing flushing(UnflushedReports run, ReportShelf shelf) {
        var flushing = new ReportFlushing(jdbi, run, shelf, meters);
        begun.add(flushing);
        return flushing;
    }

    private double oldest() {
        return meters.get("stepfree.reports.unflushed.oldest").gauge().value();
    }

    /** As if all that is noted had been written so many seconds ago. */
    private static void age(int seconds) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.unflushed SET written_at = now() - make_interval(secs => ?)",
                        seconds));
    }

    private FolderShelf shelf() {
        return new FolderShelf(
                directory, new ReportPrint(new HtmlPage(), List.of(Encoding.values())));
    }

    /** The files of a report, its row, and the note of the run that has written them. */
    private Places write(UnflushedReports run) throws IOException {
        ReportDocument document = document();
        return insert(run, shelf().write(document, ReportJson.write(document)), document);
    }

    /** The same with the page as an earlier version wrote it. */
    private Places write(UnflushedReports run, String page) throws IOException {
        ReportDocument document = document();
        Places today = shelf().write(document, ReportJson.write(document));
        Path folder = folder(today);
        for (String name : contents(folder).keySet()) {
            if (!name.endsWith(".json")) {
                Files.delete(folder.resolve(name));
            }
        }
        byte[] html = page.getBytes(UTF_8);
        Path place = folder.resolve("report.%s.html".formatted(hash(html)));
        Files.write(place, html);
        Files.write(Path.of(place + ".br"), Encoder.compress(html, Encoder.Parameters.create(1)));
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(Path.of(place + ".gz")))) {
            gzip.write(html);
        }
        return insert(run, new Places(place.toString(), today.json()), document);
    }

    private static String hash(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Places insert(UnflushedReports run, Places places, ReportDocument document) {
        jdbi.useHandle(handle ->
                handle.execute(
                        """
                        INSERT INTO reports.report (scan_id, client, submitted_at, document, html_file, json_file,
                               published_at, completed_at)
                        VALUES (?, 'ada', ?, CAST(? AS jsonb), ?, ?, now(), ?)
                        """,
                        scan,
                        document.submittedAt(),
                        ReportJson.write(document),
                        places.html(),
                        places.json(),
                        document.completedAt()));
        note(run, scan);
        return places;
    }

    private static void note(UnflushedReports run, String scanId) {
        jdbi.useHandle(handle -> run.add(handle, List.of(scanId)));
    }

    private static List<String> noted() {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT unnest(scan_ids) FROM reports.unflushed")
                        .mapTo(String.class)
                        .list());
    }

    private ReportDocument document() {
        return Receipts.given(
                ReportComposer.compose(SampleResults.rich(scan, "req-1")), "scan.results-3@1204");
    }

    private Places places() {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT html_file, json_file FROM reports.report")
                        .map((row, _) -> new Places(row.getString(1), row.getString(2)))
                        .one());
    }

    private static long unflushed() {
        return count("SELECT count(*) FROM reports.unflushed");
    }

    /** Transactions that wait for another one. */
    private static long waiting() {
        return count(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
    }

    private static long count(String sql) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    private static Path folder(Places places) {
        return Objects.requireNonNull(Path.of(places.html()).getParent());
    }

    private static Map<String, byte[]> contents(Path folder) throws IOException {
        var contents = new TreeMap<String, byte[]>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static void assertSame(Map<String, byte[]> now, Map<String, byte[]> before) {
        assertThat(now.keySet()).isEqualTo(before.keySet());
        now.forEach((name, content) -> assertThat(content).as(name).isEqualTo(before.get(name)));
    }
}
