package io.stepfree.reporting.format;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.stepfree.reporting.pages.ReportedPages;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The lines as CSV (RFC 4180), UTF-8 without a mark, with a header.
 *
 * <p>A spreadsheet takes a cell that begins with = + - @ for a formula, whether it is quoted or not
 * (OWASP, CSV Injection). Such a cell gets an apostrophe in front, which spreadsheets show as text;
 * so does one that begins with a tab or an end of line, and one whose first characters are blanks
 * or cannot be seen and are followed by such a sign.
 *
 * <p>Where the list separator is a semicolon, as in German, Excel ends cells there and not at
 * commas, and does not see quotes in the middle of such a cell. So within a text a formula could
 * begin after a semicolon, a tab or an end of line: there the apostrophe stands, too.
 */
final class CsvReport implements ReportWriter {

    private static final String[] COLUMNS = {
        "kind",
        "scanId",
        "url",
        "seen",
        "status",
        "failure",
        "score",
        "message",
        "warnings",
        "rule",
        "impact",
        "occurrences",
        "help",
        "helpUrl",
        "successCriteria",
        "target",
        "html",
        "fingerprint",
        "foreground",
        "background",
        "ratio",
        "required",
        "template"
    };

    /** The last four are the wide forms, which some spreadsheets take for the narrow ones. */
    private static final String BEGINNING_A_FORMULA = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    /** What ends a cell in the middle of a text where commas do not. */
    private static final String SEPARATORS = ";\t\r\n";

    /** Between the parts of a list. */
    private static final String BETWEEN = " | ";

    @Override
    public void write(ReportedPages pages, OutputStream out) throws IOException {
        var characters = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(characters);
        csv.writeRecord(COLUMNS);
        pages.each(new FindingLines(line -> csv.writeRecord(cells(line))));
        csv.flush();
        characters.flush();
    }

    private static String[] cells(FindingLine line) {
        return new String[] {
            safe(line.kind()),
            safe(line.scanId()),
            safe(line.url()),
            safe(line.seen()),
            safe(line.status()),
            safe(line.failure()),
            number(line.score()),
            safe(line.message()),
            safe(line.warnings()),
            safe(line.rule()),
            safe(line.impact()),
            number(line.occurrences()),
            safe(line.help()),
            safe(line.helpUrl()),
            safe(line.successCriteria()),
            safe(line.target()),
            safe(line.html()),
            safe(line.fingerprint()),
            safe(line.foreground()),
            safe(line.background()),
            number(line.ratio()),
            number(line.required()),
            safe(line.template())
        };
    }

    private static String number(@Nullable Number number) {
        return number == null ? "" : Objects.toString(number);
    }

    private static String safe(List<String> texts) {
        return safe(String.join(BETWEEN, texts));
    }

    /** The text as a cell that no spreadsheet reckons with, wherever it ends cells. */
    static String safe(String text) {
        BitSet guarded = guarded(text);
        if (guarded.isEmpty()) {
            return InertText.of(text);
        }
        var safe = new StringBuilder(text.length() + guarded.cardinality());
        for (int index = 0; index < text.length(); index++) {
            if (guarded.get(index)) {
                safe.append('\'');
            }
            safe.append(text.charAt(index));
        }
        return InertText.of(safe.toString());
    }

    /* Where an apostrophe has to stand. From behind, so that many blanks are looked at once. */
    private static BitSet guarded(String text) {
        var guarded = new BitSet();
        boolean formula = false;
        boolean bare = false;
        for (int index = text.length(); index > 0; ) {
            int character = text.codePointBefore(index);
            if (formula && SEPARATORS.indexOf(character) >= 0) {
                guarded.set(index);
                formula = false;
            }
            index -= Character.charCount(character);
            if (BEGINNING_A_FORMULA.indexOf(character) >= 0) {
                formula = true;
                bare = true;
            } else if (character == '"') {
                // A spreadsheet that has ended the cell takes it for a quote of its own.
                bare = false;
            } else if (!isBlank(character)) {
                formula = false;
                bare = false;
            }
        }
        if (bare || (!text.isEmpty() && "\t\r\n".indexOf(text.charAt(0)) >= 0)) {
            guarded.set(0);
        }
        return guarded;
    }

    private static boolean isBlank(int character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || Character.isISOControl(character)
                || Character.getType(character) == Character.FORMAT;
    }
}
