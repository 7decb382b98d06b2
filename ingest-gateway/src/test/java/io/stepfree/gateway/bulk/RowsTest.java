package io.stepfree.gateway.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the rows of a body are, in each form. */
final class RowsTest {

    private static final Rows.Bounds BOUNDS = new Rows.Bounds(10_000, 64 * 1024);
    private static final BulkQuery NOTHING = new BulkQuery(null, null, null, null);
    private static final String A = "{\"url\": \"https://a.example/\"}";

    @Test
    void eachLineIsARowWhateverEndsItAndEmptyOnesAreNone() {
        assertThat(urls(BulkFormat.NDJSON, "\ufeff" + A + "\r\n\n \t\r\n" + A + "\n" + A))
                .containsExactly(
                        "1 https://a.example/", "2 https://a.example/", "3 https://a.example/");
    }

    @Test
    void aLineThatCannotBeReadDoesNotStopTheOthers() {
        String long1 = "{\"url\": \"%s\"}".formatted("a".repeat(70_000));
        String deep = "{\"options\": " + "[".repeat(17) + "]".repeat(17) + "}";

        assertThat(
                        urls(
                                BulkFormat.NDJSON,
                                String.join(
                                        "\n",
                                        "{",
                                        "{\"url\": 1, \"url\": 2}",
                                        "{\"url\": \"https://a.example/\\ud800\"}",
                                        deep,
                                        A + " " + A,
                                        long1,
                                        A)))
                .satisfiesExactly(
                        row -> assertThat(row).startsWith("1 : Unexpected end"),
                        row -> assertThat(row).startsWith("2 /url: Duplicate"),
                        row ->
                                assertThat(row)
                                        .isEqualTo("3 /url: The text has half a surrogate pair."),
                        row -> assertThat(row).startsWith("4 /options/0").contains("depth"),
                        row -> assertThat(row).startsWith("5 : After the document comes more"),
                        row ->
                                assertThat(row)
                                        .isEqualTo(
                                                "6 : is longer than the 65,536 bytes that a scan may have"),
                        row -> assertThat(row).isEqualTo("7 https://a.example/"));
    }

    @Test
    void bytesThatAreNotUtf8AreTheFaultOfTheirRow() {
        byte[] lines =
                "{\"url\": \"https://é.example/\"}\n%s"
                        .formatted(A)
                        .getBytes(StandardCharsets.ISO_8859_1);
        byte[] table =
                "url\nhttps://é.example/\nhttps://a.example/\n"
                        .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(urls(BulkFormat.NDJSON, lines, NOTHING))
                .containsExactly("1 : The row is not UTF-8.", "2 https://a.example/");
        assertThat(urls(BulkFormat.CSV, table, NOTHING))
                .containsExactly(
                        "1 /url: is not UTF-8, or has the replacement character U+FFFD",
                        "2 https://a.example/");
    }

    @Test
    void aDocumentHasItsRowsInAnArray() {
        String body =
                """
                \ufeff{"batch": "nightly", "defaults": {"standard": "wcag2a", "options": {"timeoutMillis": 5000}},
                 "scans": ["https://a.example/", {"url": "https://b.example/", "options": {"timeoutMillis": 9000}},
                   7, null, ["https://c.example/"], {"url": 1, "url": 2}, {"url": "\\udc00"}]}
                """;

        Rows rows = open(BulkFormat.JSON, body.getBytes(StandardCharsets.UTF_8), NOTHING);

        assertThat(rows.batch()).isEqualTo("nightly");
        assertThat(told(rows))
                .satisfiesExactly(
                        row -> assertThat(row).isEqualTo("1 https://a.example/"),
                        row -> assertThat(row).isEqualTo("2 https://b.example/"),
                        row -> assertThat(row).isEqualTo("3 7"),
                        row -> assertThat(row).isEqualTo("4 null"),
                        row -> assertThat(row).isEqualTo("5 [\"https://c.example/\"]"),
                        row -> assertThat(row).startsWith("6 /url: Duplicate"),
                        row ->
                                assertThat(row)
                                        .isEqualTo("7 /url: The text has half a surrogate pair."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"scans\": [",
                "{\"scans\": [\"https://a.example/\"",
                "{\"scans\": [\"https://a.example/\"]",
                "{\"scans\": [\"https://a.example/\",]}",
                "{\"scans\": [\"https://a.example/\"]} {}",
                "{\"scans\": [{\"url\": https}]}",
                "{\"batch\": \"a\", \"batch\": \"b\", \"scans\": []}",
                "{\"defaults\": {\"standard\": \"wcag2a\", \"standard\": \"wcag2a\"}, \"scans\": []}"
            })
    void aDocumentThatIsNoneIsMalformedAsAWhole(String body) {
        assertProblem(BulkFormat.JSON, body, ProblemType.MALFORMED_BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"https://a.example/\"",
                "{}",
                "{\"batch\": \"a\"}",
                "{\"scans\": {}}",
                "{\"scans\": \"https://a.example/\"}",
                "{\"batch\": 7, \"scans\": []}",
                "{\"batch\": \"a b\", \"scans\": []}",
                "{\"scans\": [], \"batch\": \"late\"}",
                "{\"scans\": [], \"scans\": []}",
                "{\"urls\": [], \"scans\": []}",
                "{\"defaults\": [], \"scans\": []}",
                "{\"defaults\": {\"standard\": \"wcag3\"}, \"scans\": []}",
                "{\"defaults\": {\"url\": \"https://a.example/\"}, \"scans\": []}",
                "{\"defaults\": {\"options\": {\"timeoutMillis\": 1}}, \"scans\": []}"
            })
    void aDocumentOfAnotherShapeIsWrongAsAWhole(String body) {
        assertProblem(BulkFormat.JSON, body, ProblemType.INVALID_FIELDS);
    }

    @Test
    void defaultsAreShort() {
        String body =
                "{\"defaults\": {\"options\": {\"userAgent\": \"%s\"}}, \"scans\": []}"
                        .formatted("a".repeat(9_000));

        assertThatThrownBy(() -> urls(BulkFormat.JSON, body))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem ->
                                assertThat(problem.errors())
                                        .singleElement()
                                        .satisfies(error ->
                                                assertThat(error.detail())
                                                        .isEqualTo(
                                                                "is longer than the 8,192 bytes allowed")));
    }

    @Test
    void aRowOfADocumentThatIsTooLongDoesNotStopTheOthers() {
        String many = "\"%s\",".formatted("a".repeat(1_000)).repeat(70);

        assertThat(
                        urls(
                                BulkFormat.JSON,
                                "{\"scans\": [{\"options\": [%s 1]}, \"https://a.example/\"]}"
                                        .formatted(many)))
                .containsExactly(
                        "1 : is longer than the 65,536 bytes that a scan may have",
                        "2 https://a.example/");
    }

    @Test
    void aTableHasAHeaderAndItsCellsMayBeQuoted() {
        String table =
                "\ufeffstandard,url,priority\r\n"
                        + "wcag2a,\"https://a.example/?q=1,2&r=\"\"x\"\"\",high\r\n"
                        + "\r\n"
                        + ",https://b.example/,\n"
                        + "wcag2a,\"https://c.example/\n\",low";

        assertThat(urls(BulkFormat.CSV, table))
                .containsExactly(
                        "1 https://a.example/?q=1,2&r=\"x\"",
                        "2 https://b.example/",
                        "3 https://c.example/\n");
        JsonNode second =
                readable(open(BulkFormat.CSV, table.getBytes(StandardCharsets.UTF_8), NOTHING))
                        .get(1);
        assertThat(second.propertyNames()).containsExactly("url");
    }

    @Test
    void aRowWithAnotherNumberOfCellsDoesNotStopTheOthers() {
        assertThat(
                        urls(
                                BulkFormat.CSV,
                                "url,standard\nhttps://a.example/\nhttps://b.example/,,\nhttps://c.example/,wcag2a\n"))
                .containsExactly(
                        "1 : has 1 cells where the header has 2",
                        "2 : has 3 cells where the header has 2",
                        "3 https://c.example/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n\n", "url\n\"https://a.example/", "url\n\"https://a.example/\"x\n"})
    void aTableThatIsNoneIsMalformedAsAWhole(String table) {
        assertProblem(BulkFormat.CSV, table, ProblemType.MALFORMED_BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example/\n",
                "standard\nwcag2a\n",
                "url,url\n",
                "url,colour\n",
                "URL\n",
                "url;standard\n",
                "url, standard\n"
            })
    void aTableWithOtherColumnsIsWrongAsAWhole(String table) {
        assertProblem(BulkFormat.CSV, table, ProblemType.INVALID_FIELDS);
    }

    @ParameterizedTest
    @EnumSource(BulkFormat.class)
    void whatComesAfterTheRowsThatAreLookedAtIsCounted(BulkFormat format) {
        Rows rows =
                format.open(
                        new ByteArrayInputStream(body(format, 5, 10)),
                        NOTHING,
                        new Rows.Bounds(3, 1_000));

        assertThat(told(rows)).hasSize(5).endsWith("4 surplus", "5 surplus");
    }

    @ParameterizedTest
    @EnumSource(BulkFormat.class)
    void ofTenMegabytesOnlyALittleIsInMemoryAtAnyTime(BulkFormat format) {
        var source = new Counting(body(format, 10_000, 1_000));
        Rows rows = format.open(source, NOTHING, BOUNDS);
        var documents = new ArrayList<WeakReference<JsonNode>>();
        long behind = 0;
        long most = 0;
        for (Row row = rows.next(); row != null; row = rows.next()) {
            JsonNode document = ((Row.Legible) row).document();
            documents.add(new WeakReference<>(document));
            behind += document.path("url").asString().length();
            most = Math.max(most, source.given - behind);
            // Beside the addresses there are names, quotes and brackets, of which there are not
            // many.
            behind += 14;
        }
        System.gc();

        assertThat(documents).hasSize(10_000);
        assertThat(source.given).isGreaterThan(9_000_000);
        assertThat(most).as("bytes taken and not yet given as a row").isLessThan(300_000);
        assertThat(documents.stream().map(WeakReference::get).filter(Objects::nonNull).count())
                .as("rows that are still there")
                .isLessThan(100);
    }

    private static byte[] body(BulkFormat format, int rows, int length) {
        String url = "https://a.example/" + "a".repeat(Math.max(0, length - 60));
        String text =
                switch (format) {
                    case NDJSON -> "{\"url\": \"%s\"}\n".formatted(url).repeat(rows);
                    case JSON ->
                            "{\"scans\": [%s\"%s\"]}"
                                    .formatted("\"%s\", ".formatted(url).repeat(rows - 1), url);
                    case CSV -> "url\n" + (url + "\n").repeat(rows);
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertProblem(BulkFormat format, String body, ProblemType type) {
        assertThatThrownBy(() -> urls(format, body))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> {
                            assertThat(problem.type()).isEqualTo(type);
                            assertThat(problem.errors()).isNotEmpty();
                        });
    }

    private static List<String> urls(BulkFormat format, String body) {
        return urls(format, body.getBytes(StandardCharsets.UTF_8), NOTHING);
    }

    private static List<String> urls(BulkFormat format, byte[] body, BulkQuery query) {
        return told(open(format, body, query));
    }

    private static Rows open(BulkFormat format, byte[] body, BulkQuery query) {
        return format.open(new ByteArrayInputStream(body), query, BOUNDS);
    }

    private static List<JsonNode> readable(Rows rows) {
        var found = new ArrayList<JsonNode>();
        for (Row row = rows.next(); row != null; row = rows.next()) {
            found.add(((Row.Legible) row).document());
        }
        return found;
    }

    /** Each row by its number: its address, or what is wrong with it. */
    private static List<String> told(Rows rows) {
        var told = new ArrayList<String>();
        for (Row row = rows.next(); row != null; row = rows.next()) {
            told.add(
                    row.number()
                            + " "
                            + switch (row) {
                                case Row.Legible legible ->
                                        legible.document().has("url")
                                                ? legible.document().path("url").asString()
                                                : legible.document().toString();
                                case Row.Illegible illegible ->
                                        illegible.errors().getFirst().pointer()
                                                + ": "
                                                + illegible.errors().getFirst().detail();
                                case Row.Surplus _ -> "surplus";
                            });
        }
        return told;
    }

    /** Counts what was taken. */
    private static final class Counting extends InputStream {

        private final byte[] bytes;
        private int given;

        Counting(byte[] bytes) {
            this.bytes = Arrays.copyOf(bytes, bytes.length);
        }

        @Override
        public int read() {
            return given == bytes.length ? -1 : bytes[given++] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int most) {
            if (given == bytes.length) {
                return -1;
            }
            int count = Math.min(most, bytes.length - given);
            System.arraycopy(bytes, given, into, from, count);
            given += count;
            return count;
        }
    }
}
