package io.stepfree.reports.shelf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.encoder.Encoder;
import io.stepfree.platform.bucket.Bucket;
import io.stepfree.platform.bucket.BucketKeyProperties;
import io.stepfree.platform.bucket.BucketProperties;
import io.stepfree.platform.fixture.TestBucket;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Against an S3 in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BucketShelfTest {

    private TestBucket s3;
    private Bucket bucket;
    private BucketShelf shelf;

    @BeforeAll
    void start() {
        s3 = TestBucket.start();
    }

    @AfterAll
    void stop() {
        s3.close();
    }

    @BeforeEach
    void open() {
        bucket =
                Bucket.open(
                        new BucketProperties(
                                TestBucket.NAME,
                                s3.endpoint(),
                                "",
                                "team/",
                                true,
                                Duration.ofSeconds(5)),
                        new BucketKeyProperties(TestBucket.KEY, TestBucket.SECRET));
        shelf = new BucketShelf(bucket, print());
    }

    @AfterEach
    void empty() throws IOException {
        bucket.delete(TestBucket.NAME, s3.keys());
        bucket.close();
    }

    @Test
    void aReportIsFourObjectsOfItsScan() throws IOException {
        var document = document("0199a1b2-0000-7000-8000-000000000001");
        var places = write(shelf, document);
        var beginning =
                "s3://reports-of-tests/team/0199a1b2-0000-7000-8000-000000000001/report\\.[0-9a-f]{32}\\.";
        assertThat(places.html()).matches(beginning + "html");
        assertThat(places.json()).matches(beginning + "json");
        String html = key(places.html());
        assertThat(s3.keys())
                .containsExactlyInAnyOrder(html, html + ".br", html + ".gz", key(places.json()));
        assertThat(s3.text(key(places.json()))).isEqualTo(ReportJson.write(document));
        assertThat(s3.head(html).contentType()).isEqualTo("text/html;charset=utf-8");
        assertThat(s3.head(html).cacheControl()).contains("immutable");
        assertThat(s3.head(html + ".br").contentEncoding()).isEqualTo("br");
        assertThat(s3.head(html + ".gz").contentEncoding()).isEqualTo("gzip");
        assertThat(s3.head(html + ".gz").contentType()).isEqualTo("text/html;charset=utf-8");
        assertThat(s3.head(key(places.json())).contentType()).isEqualTo("application/json");
    }

    @Test
    void theSameAgainIsASuccessAndWhatIsNotWhatItsNameSaysIsWrittenAnew() throws IOException {
        var places = write(shelf, document("scan-1"));
        assertThat(write(shelf, document("scan-1"))).isEqualTo(places);
        var keys = s3.keys();
        for (String key : keys) {
            String etag = s3.head(key).eTag();
            s3.put(key, "<p>changed</p>");
            assertThat(write(shelf, document("scan-1"))).isEqualTo(places);
            assertThat(s3.head(key).eTag()).as(key).isEqualTo(etag);
        }
        assertThat(s3.head(key(places.html())).cacheControl()).contains("immutable");
        assertThat(s3.keys()).isEqualTo(keys);
    }

    @Test
    void anEncodedFormOfAnotherVersionOfTheEncoderIsTakenAsItIs() throws IOException {
        var places = write(shelf, document("scan-1"));
        var html = s3.text(key(places.html())).getBytes(UTF_8);
        var brotli = key(places.html()) + ".br";
        bucket.delete(TestBucket.NAME, List.of(brotli));
        byte[] other = Encoder.compress(html, Encoder.Parameters.create(1));
        bucket.putOnce(brotli, other, new Bucket.Kind("text/html", "br"), _ -> false);
        String etag = s3.head(brotli).eTag();
        assertThat(write(shelf, document("scan-1"))).isEqualTo(places);
        assertThat(s3.head(brotli).eTag()).isEqualTo(etag);
        assertThat(s3.head(brotli).contentLength()).isEqualTo(other.length);
    }

    @Test
    void whatACrashCutOffIsCompleted() throws IOException {
        var places = write(shelf, document("scan-1"));
        var before = s3.keys();
        bucket.delete(TestBucket.NAME, List.of(key(places.html()), key(places.html()) + ".gz"));
        assertThat(write(shelf, document("scan-1"))).isEqualTo(places);
        assertThat(s3.keys()).isEqualTo(before);
    }

    @Test
    void whatIsRemovedIsTheReportAndNothingOfAnotherScan() throws IOException {
        var one = write(shelf, document("scan-1"));
        var other = write(shelf, document("scan-10"));
        assertThat(shelf.remove(Map.of("scan-1", other))).isZero();
        assertThat(shelf.remove(Map.of("scan-1", one))).isEqualTo(2);
        assertThat(shelf.remove(Map.of("scan-1", one))).as("again").isEqualTo(2);
        assertThat(s3.keys()).hasSize(4).allMatch(key -> key.startsWith("team/scan-10/"));
        assertThat(shelf.count(Set.of("scan-1", "scan-10"))).isEqualTo(4);
        assertThat(shelf.removeAll(Set.of("scan-1", "scan-10"))).isEqualTo(4);
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void anIdThatCouldLeadElsewhereDoesNot() throws IOException {
        write(shelf, document("../../other/x"));
        assertThat(s3.keys()).hasSize(4).allMatch(key -> key.matches("team/[0-9a-f-]{36}/[^/]+"));
    }

    @Test
    void anS3ThatIsDownFailsTheWriteInOneSentenceAndNothingIsLostByIt() throws IOException {
        s3.stop();
        try {
            assertThatThrownBy(() -> write(shelf, document("scan-1")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not answer for the bucket reports-of-tests");
            assertThatThrownBy(() -> shelf.removeAll(Set.of("scan-1")))
                    .isInstanceOf(IOException.class);
        } finally {
            s3.startAgain();
        }
        write(shelf, document("scan-1"));
        assertThat(s3.keys()).hasSize(4);
    }

    @Test
    void reportsFromBeforeTheBucketAreRemovedFromTheirFolder(@TempDir Path directory)
            throws IOException {
        var folder = new FolderShelf(directory, print());
        folder.prepare();
        var old = write(new ReportShelves(folder, null), document("scan-1"));
        var both = new ReportShelves(folder, shelf);
        var fresh = write(both, document("scan-2"));
        assertThat(fresh.html()).startsWith("s3://");
        assertThat(both.count(Set.of("scan-1", "scan-2"))).isEqualTo(8);
        assertThat(both.remove(Map.of("scan-1", old, "scan-2", fresh))).isEqualTo(4);
        assertThat(both.count(Set.of("scan-1", "scan-2"))).isZero();
        assertThat(directory).isEmptyDirectory();

        var again = write(both, document("scan-3"));
        var withoutBucket = new ReportShelves(folder, null);
        var beside = write(withoutBucket, document("scan-4"));
        assertThatThrownBy(() -> withoutBucket.remove(Map.of("scan-3", again, "scan-4", beside)))
                .isInstanceOfSatisfying(
                        LeftReportsException.class,
                        left -> assertThat(left.buckets()).containsExactly(TestBucket.NAME))
                .hasMessage(
                        "The report of scan scan-3 lies at %s, and no S3 is set: set stepfree.reports.s3.bucket again, or nothing that lies there is deleted.",
                        again.html());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aBucketFromBeforeThatIsGoneKeepsNothingOfTheOthers(@TempDir Path directory)
            throws IOException {
        var folder = new FolderShelf(directory, print());
        var inFolder = write(new ReportShelves(folder, null), document("scan-1"));
        var both = new ReportShelves(folder, shelf);
        var fresh = write(both, document("scan-2"));
        var old =
                new ReportShelf.Places(
                        "s3://a-bucket-of-before/scan-3/report.html",
                        "s3://a-bucket-of-before/scan-3/report.json");
        assertThatThrownBy(() ->
                        both.remove(Map.of("scan-1", inFolder, "scan-2", fresh, "scan-3", old)))
                .isInstanceOfSatisfying(
                        LeftReportsException.class,
                        left -> assertThat(left.buckets()).containsExactly("a-bucket-of-before"))
                .hasMessageStartingWith("There is no bucket a-bucket-of-before at ");
        assertThat(directory).isEmptyDirectory();
        assertThat(s3.keys()).isEmpty();
    }

    private static String key(String place) {
        return place.substring("s3://reports-of-tests/".length());
    }

    private static ReportPrint print() {
        return new ReportPrint(new HtmlPage(), List.of(Encoding.values()));
    }

    private static ReportDocument document(String scanId) {
        return ReportComposer.compose(SampleResults.rich(scanId, "req-1"));
    }

    private static ReportShelf.Places write(ReportShelf shelf, ReportDocument document)
            throws IOException {
        return shelf.write(document, ReportJson.write(document));
    }
}
