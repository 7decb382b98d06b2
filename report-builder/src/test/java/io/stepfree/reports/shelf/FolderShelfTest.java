package io.stepfree.reports.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.decoder.Decoder;
import com.aayushatharva.brotli4j.encoder.Encoder;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class FolderShelfTest {

    private static final String NAME = "report\\.[0-9a-f]{32}\\.";

    @TempDir Path directory;

    @Test
    void aReportLiesUnderItsDayAndItsScanInNamesThatSayWhatIsInThem() throws IOException {
        var document = document("0199a1b2-0000-7000-8000-000000000001");
        var places = write(shelf(), document);
        var folder = directory.resolve("2026-11-22/0199a1b2-0000-7000-8000-000000000001");
        assertThat(folder(places)).isEqualTo(folder);
        assertThat(folder(Path.of(places.json()))).isEqualTo(folder);
        assertThat(places.html()).matches(".*/" + NAME + "html");
        assertThat(Path.of(places.json())).hasContent(ReportJson.write(document));
        assertThat(names(folder))
                .hasSize(4)
                .anyMatch(name -> name.matches(NAME + "html"))
                .anyMatch(name -> name.matches(NAME + "html\\.br"))
                .anyMatch(name -> name.matches(NAME + "html\\.gz"))
                .anyMatch(name -> name.matches(NAME + "json"));
    }

    @Test
    void theEncodedFormsSayTheSameAsThePage() throws IOException {
        var places = write(shelf(), document("scan-1"));
        var html = Files.readString(Path.of(places.html()));
        assertThat(
                        new String(
                                Decoder.decompress(
                                                Files.readAllBytes(Path.of(places.html() + ".br")))
                                        .getDecompressedData(),
                                UTF_8))
                .isEqualTo(html);
        try (var gzip =
                new GZIPInputStream(
                        new ByteArrayInputStream(
                                Files.readAllBytes(Path.of(places.html() + ".gz"))))) {
            assertThat(new String(gzip.readAllBytes(), UTF_8)).isEqualTo(html);
        }
    }

    @Test
    void withoutPrecompressionThereAreTwoFiles() throws IOException {
        var shelf = new FolderShelf(directory, new ReportPrint(new HtmlPage(), List.of()));
        var places = write(shelf, document("scan-1"));
        assertThat(names(folder(places)))
                .containsExactlyInAnyOrder(
                        places.html().substring(places.html().lastIndexOf('/') + 1),
                        places.json().substring(places.json().lastIndexOf('/') + 1));
    }

    @Test
    void writingAgainGivesTheSameFilesAndTakesAwayWhatACrashHasLeft() throws IOException {
        var document = document("scan-1");
        var places = write(shelf(), document);
        var folder = folder(places);
        var before = names(folder);
        var written = Files.getLastModifiedTime(Path.of(places.html()));
        leave(Path.of(places.html() + ".0199.part"), "<!DOCTYPE html><ht".getBytes(UTF_8));
        leave(folder.resolve("report.html.part"), "<!DOCTYPE html><ht".getBytes(UTF_8));
        assertThat(write(shelf(), document)).isEqualTo(places);
        assertThat(names(folder)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(Path.of(places.html()))).isEqualTo(written);
    }

    @Test
    void atWhateverStepACrashCameTheNextWriteCompletesTheReport() throws IOException {
        var document = document("scan-1");
        var places = write(shelf(), document);
        var folder = folder(places);
        var whole = new LinkedHashMap<String, byte[]>();
        for (String name : names(folder)) {
            whole.put(name, Files.readAllBytes(folder.resolve(name)));
        }
        var names = List.copyOf(whole.keySet());
        for (int there = 0; there <= names.size(); there++) {
            for (String cut : List.of("", "nothing", "half", "all", "named")) {
                for (String name : names(folder)) {
                    Files.delete(folder.resolve(name));
                }
                for (String name : names.subList(0, there)) {
                    Files.write(folder.resolve(name), Objects.requireNonNull(whole.get(name)));
                }
                if (there < names.size() && !cut.isEmpty()) {
                    String next = names.get(there);
                    byte[] content = Objects.requireNonNull(whole.get(next));
                    Path part = folder.resolve(next + "." + UUID.randomUUID() + ".part");
                    int length =
                            switch (cut) {
                                case "nothing" -> 0;
                                case "half" -> content.length / 2;
                                default -> content.length;
                            };
                    leave(part, Arrays.copyOf(content, length));
                    if (cut.equals("named")) {
                        Files.createLink(folder.resolve(next), part);
                    }
                }

                assertThat(write(shelf(), document)).isEqualTo(places);

                assertThat(names(folder)).as("%s of %s", cut, there).isEqualTo(names);
                for (String name : names) {
                    assertThat(folder.resolve(name)).hasBinaryContent(whole.get(name));
                }
            }
        }
    }

    @Test
    void whatIsNotWhatItsNameSaysIsWrittenAnewAndTold(CapturedOutput output) throws IOException {
        var document = document("scan-1");
        var places = write(shelf(), document);
        var folder = folder(places);
        for (String name : names(folder)) {
            var file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (byte[] damaged :
                    List.of(
                            new byte[0],
                            Arrays.copyOf(whole, whole.length / 2),
                            "<p>changed</p>".getBytes(UTF_8),
                            gzip("<p>another page</p>"))) {
                Files.write(file, damaged);
                assertThat(write(shelf(), document)).isEqualTo(places);
                assertThat(file).hasBinaryContent(whole);
            }
            assertThat(output.getAll()).contains(file + " was not what its name says");
        }
        assertThat(names(folder)).hasSize(4);
    }

    @Test
    void anEncodedFormOfAnotherVersionOfTheEncoderIsTakenAsItIs() throws IOException {
        var places = write(shelf(), document("scan-1"));
        var html = Files.readString(Path.of(places.html()));
        var gzip = Path.of(places.html() + ".gz");
        var brotli = Path.of(places.html() + ".br");
        byte[] otherGzip = gzip(html);
        byte[] otherBrotli = Encoder.compress(html.getBytes(UTF_8), Encoder.Parameters.create(1));
        assertThat(otherGzip).isNotEqualTo(Files.readAllBytes(gzip));
        assertThat(otherBrotli).isNotEqualTo(Files.readAllBytes(brotli));
        Files.write(gzip, otherGzip);
        Files.write(brotli, otherBrotli);
        assertThat(write(shelf(), document("scan-1"))).isEqualTo(places);
        assertThat(gzip).hasBinaryContent(otherGzip);
        assertThat(brotli).hasBinaryContent(otherBrotli);
    }

    @Test
    void whatAnotherInstanceIsWritingIsLeftToIt() throws IOException {
        var places = write(shelf(), document("scan-1"));
        var part = Path.of(places.html() + ".0199.part");
        Files.writeString(part, "<!DOCTYPE html><ht");
        write(shelf(), document("scan-1"));
        assertThat(part).hasContent("<!DOCTYPE html><ht");
    }

    @Test
    void aDayThatAnotherInstanceTakesAwayWhileItIsEmptyIsMadeAgain() throws Exception {
        var shelf = shelf();
        var day = directory.resolve("2026-11-22");
        int rounds = 500;
        var round = new AtomicInteger();
        var taken = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Once a round at most: it does not win each time.
            var other =
                    threads.submit(() -> {
                        int last = 0;
                        while (last < rounds) {
                            int now = round.get();
                            if (now > last && takeAway(day)) {
                                taken.incrementAndGet();
                                last = now;
                            }
                            if (now == rounds) {
                                break;
                            }
                        }
                    });
            try {
                while (round.incrementAndGet() < rounds) {
                    var places = write(shelf, document("scan-1"));
                    assertThat(Path.of(places.html())).exists();
                    shelf.remove(Map.of("scan-1", places));
                }
            } finally {
                round.set(rounds);
            }
            other.get();
        }
        assertThat(taken).as("days that the other one took away").hasPositiveValue();
    }

    private static boolean takeAway(Path folder) {
        try {
            return Files.deleteIfExists(folder);
        } catch (IOException _) {
            // A report is in it.
            return false;
        }
    }

    @Test
    void whatWasWrittenIsBroughtOntoTheDiskByAFlushWithTheFoldersThatNameIt() throws IOException {
        var shelf = shelf();
        var written = new AtomicReference<ReportShelf.Places>();
        assertThat(forced(() -> written.set(write(shelf, document("scan-1"))))).isEmpty();

        var places = Objects.requireNonNull(written.get());
        var folder = folder(places);
        assertThat(forced(() -> assertThat(shelf.flush(Map.of("scan-1", places))).isEmpty()))
                .containsExactly(
                        places.html() + ".br",
                        places.html() + ".gz",
                        places.html(),
                        places.json(),
                        folder.toString(),
                        folder(folder).toString(),
                        directory.toString());
    }

    @Test
    void aFlushTellsWhatIsNotThere() throws IOException {
        var shelf = shelf();
        var lost = write(shelf, document("scan-1"));
        var gone = write(shelf, document("scan-2"));
        var there = write(shelf, document("scan-3"));
        Files.delete(Path.of(lost.html() + ".br"));
        shelf.remove(Map.of("scan-2", gone));
        assertThat(shelf.flush(Map.of("scan-1", lost, "scan-2", gone, "scan-3", there)))
                .containsExactlyInAnyOrder("scan-1", "scan-2");
    }

    @Test
    void whatIsNotWholeIsFound() throws IOException {
        var shelf = shelf();
        var places = write(shelf, document("scan-1"));
        var reports = Map.of("scan-1", places);
        assertThat(shelf.damaged(reports)).isEmpty();
        for (String name : names(folder(places))) {
            var file = folder(places).resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (byte[] damaged :
                    List.of(
                            new byte[0],
                            Arrays.copyOf(whole, whole.length / 2),
                            new byte[whole.length],
                            gzip("<p>another page</p>"))) {
                Files.write(file, damaged);
                assertThat(shelf.damaged(reports)).as(name).containsExactly("scan-1");
            }
            Files.delete(file);
            assertThat(shelf.damaged(reports)).as("without " + name).containsExactly("scan-1");
            Files.write(file, whole);
        }
        // Another one is set today: what lies there has to be whole all the same.
        var plain = new FolderShelf(directory, new ReportPrint(new HtmlPage(), List.of()));
        assertThat(plain.damaged(reports)).isEmpty();
        byte[] brotli = Files.readAllBytes(Path.of(places.html() + ".br"));
        Files.write(Path.of(places.html() + ".br"), new byte[10]);
        assertThat(plain.damaged(reports)).containsExactly("scan-1");
        Files.write(Path.of(places.html() + ".br"), brotli);
        // As another version of the encoder writes it.
        Files.write(Path.of(places.html() + ".gz"), gzip(Files.readString(Path.of(places.html()))));
        assertThat(shelf.damaged(reports)).isEmpty();
        shelf.remove(reports);
        assertThat(shelf.damaged(reports)).containsExactly("scan-1");
    }

    private interface Step {
        void take() throws IOException;
    }

    /** What is flushed in the directory meanwhile, in order, as the Java runtime tells. */
    private List<String> forced(Step step) throws IOException {
        Path told = Files.createTempFile("flushes", ".jfr");
        try (var recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.start();
            step.take();
            recording.stop();
            recording.dump(told);
            return RecordingFile.readAllEvents(told).stream()
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                    .map(event -> event.getString("path"))
                    .filter(path -> path.startsWith(directory.toString()))
                    .toList();
        } finally {
            Files.delete(told);
        }
    }

    @Test
    void manyAreWrittenAtOnceAlsoTheSameOneAgainAndAgain() throws Exception {
        var shelf = shelf();
        List<Callable<ReportShelf.Places>> writes = new ArrayList<>();
        IntStream.range(0, 120)
                .forEach(i -> writes.add(() -> write(shelf, document("scan-" + i % 40))));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var places = new ArrayList<ReportShelf.Places>();
            for (var write : threads.invokeAll(writes)) {
                places.add(write.get());
            }
            assertThat(Set.copyOf(places)).hasSize(40);
        }
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(160);
        }
    }

    @Test
    void anIdThatCouldLeadElsewhereDoesNot() throws IOException {
        var places = write(shelf(), document("../../../etc/cron.d/x"));
        var name = UUID.nameUUIDFromBytes("../../../etc/cron.d/x".getBytes(UTF_8)).toString();
        assertThat(folder(places)).isEqualTo(directory.resolve("2026-11-22").resolve(name));
        assertThat(Path.of(places.html())).exists();
    }

    @Test
    void whatIsRemovedIsTheReportAndTheFoldersThatItLeavesEmpty() throws IOException {
        var shelf = shelf();
        var one = write(shelf, document("scan-1"));
        var other = write(shelf, document("scan-2"));
        Files.writeString(Path.of(one.html() + ".0199.part"), "half of it");
        assertThat(shelf.remove(Map.of("scan-1", one))).isEqualTo(2);
        assertThat(folder(one)).doesNotExist();
        assertThat(Path.of(other.html())).exists();

        assertThat(shelf.remove(Map.of("scan-1", one))).as("again").isEqualTo(2);
        assertThat(shelf.remove(Map.of("scan-2", other))).isEqualTo(2);
        assertThat(directory).isEmptyDirectory();
        assertThat(Path.of(write(shelf, document("scan-2")).html())).exists();
    }

    @Test
    void aReportFromBeforeNamesHadAHashIsRemovedAsWell() throws IOException {
        var folder = Files.createDirectories(directory.resolve("2026-11-20/scan-1"));
        var html = Files.writeString(folder.resolve("report.html"), "<p>old</p>");
        var json = Files.writeString(folder.resolve("report.json"), "{}");
        Files.writeString(folder.resolve("report.html.part"), "half of it");
        var places = new ReportShelf.Places(html.toString(), json.toString());
        assertThat(shelf().remove(Map.of("scan-1", places))).isEqualTo(2);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsNoReportOfTheScanIsNotTouched() throws IOException {
        var other = write(shelf(), document("scan-2"));
        var foreign = Files.writeString(directory.resolve("report.html"), "not ours").toString();
        var passwd = directory.resolve("passwd").toString();
        assertThat(shelf().remove(Map.of("scan-1", other))).isZero();
        assertThat(shelf().remove(Map.of("scan-1", new ReportShelf.Places(foreign, passwd))))
                .isZero();
        var within = Path.of(other.html()).resolveSibling("notes.txt");
        Files.writeString(within, "not ours");
        assertThat(shelf().remove(Map.of("scan-2", other))).isEqualTo(2);
        assertThat(within).exists();
        assertThat(Path.of(other.html())).doesNotExist();
        assertThat(Path.of(foreign)).exists();
    }

    @Test
    void filesOfScansAreFoundAndRemovedWhateverTheDay() throws IOException {
        var written = write(shelf(), document("scan-1"));
        var kept = write(shelf(), document("scan-2"));
        var earlier = Files.createDirectories(directory.resolve("2026-11-20/scan-1"));
        Files.writeString(earlier.resolve("report.html.part"), "half of it");
        assertThat(shelf().count(Set.of("scan-1"))).isEqualTo(5);
        assertThat(shelf().removeAll(Set.of("scan-1"))).isEqualTo(5);
        assertThat(shelf().count(Set.of("scan-1"))).isZero();
        assertThat(Path.of(written.html())).doesNotExist();
        assertThat(earlier).doesNotExist();
        assertThat(Path.of(kept.html())).exists();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefusedInOneSentence() throws IOException {
        var file = Files.writeString(directory.resolve("taken"), "a file");
        var reports = file.resolve("reports");
        assertThatThrownBy(() -> new FolderShelf(reports, print()).prepare())
                .isInstanceOf(ReportDirectoryException.class)
                .hasMessage(
                        "Reports cannot be written to %s (FileSystemException): make it writable or set stepfree.reports.directory to another.",
                        reports);
    }

    /** As a crash has left it some time ago. */
    private static void leave(Path part, byte[] content) throws IOException {
        Files.write(part, content);
        Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(11, ChronoUnit.MINUTES)));
    }

    /** As another version might encode it. */
    private static byte[] gzip(String text) throws IOException {
        var encoded = new ByteArrayOutputStream();
        try (var stream = new GZIPOutputStream(encoded)) {
            stream.write(text.getBytes(UTF_8));
        }
        return encoded.toByteArray();
    }

    private FolderShelf shelf() {
        var shelf = new FolderShelf(directory, print());
        shelf.prepare();
        return shelf;
    }

    private static ReportPrint print() {
        return new ReportPrint(new HtmlPage(), List.of(Encoding.values()));
    }

    private static Path folder(ReportShelf.Places places) {
        return folder(Path.of(places.html()));
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> folder.relativize(file).toString()).sorted().toList();
        }
    }

    private static ReportDocument document(String scanId) {
        return ReportComposer.compose(SampleResults.rich(scanId, "req-1"));
    }

    private static ReportShelf.Places write(ReportShelf shelf, ReportDocument document)
            throws IOException {
        return shelf.write(document, ReportJson.write(document));
    }
}
