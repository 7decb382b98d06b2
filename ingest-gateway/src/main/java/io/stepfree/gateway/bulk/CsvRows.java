package io.stepfree.gateway.bulk;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.admission.ScanDefaults;
import io.stepfree.gateway.admission.StrictJson;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A table of addresses with a header, as {@code text/csv} (RFC 4180); empty lines are passed over.
 * An empty cell counts as not there, but for the address.
 */
final class CsvRows implements Rows {

    private static final String ADDRESS = "url";
    private static final List<String> COLUMNS = List.of(ADDRESS, "standard", "priority");

    /** What a byte becomes that is not UTF-8. */
    private static final int REPLACEMENT = 0xfffd;

    private static final int MOST_CELLS = 64;

    private final CloseableIterator<CsvRecord> records;
    private final List<String> header;
    private final Bounds bounds;
    private final @Nullable String batch;
    private final ScanDefaults defaults;
    private int number;

    private CsvRows(
            CloseableIterator<CsvRecord> records,
            List<String> header,
            BulkQuery query,
            Bounds bounds) {
        this.records = records;
        this.header = List.copyOf(header);
        this.bounds = bounds;
        this.batch = query.batch();
        this.defaults = ScanDefaults.ofQuery(query.standard(), query.priority());
    }

    /**
     * Reads the header.
     *
     * @throws ProblemException when it is missing or wrong
     */
    static CsvRows open(InputStream body, BulkQuery query, Bounds bounds) {
        CloseableIterator<CsvRecord> records =
                CsvReader.builder()
                        .skipEmptyLines(true)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .allowUnclosedQuote(false)
                        .maxBufferSize(bounds.longest())
                        .build(
                                CsvRecordHandler.builder()
                                        .maxFields(MOST_CELLS)
                                        .maxFieldSize(bounds.longest())
                                        .maxRecordSize(bounds.longest())
                                        .build(),
                                Utf8.read(body))
                        .iterator();
        CsvRecord header = next(records);
        if (header == null) {
            throw StrictJson.malformed(
                    JsonPointer.ROOT, "The body is empty; a header row with url is needed.");
        }
        requireColumns(header.getFields());
        return new CsvRows(records, header.getFields(), query, bounds);
    }

    private static void requireColumns(List<String> names) {
        var errors = new ArrayList<FieldError>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!COLUMNS.contains(name)) {
                errors.add(
                        FieldError.in(
                                JsonPointer.ROOT,
                                name,
                                "is not a known column; known are %s, with a comma between"
                                        .formatted(String.join(", ", COLUMNS))));
            } else if (names.indexOf(name) < i) {
                errors.add(FieldError.in(JsonPointer.ROOT, name, "is a column twice"));
            }
        }
        if (!names.contains(ADDRESS)) {
            errors.add(
                    FieldError.in(
                            JsonPointer.ROOT, null, "the header row needs a column " + ADDRESS));
        }
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
    }

    @Override
    public @Nullable Row next() {
        CsvRecord record = next(records);
        return record == null ? null : row(++number, record.getFields());
    }

    private Row row(int number, List<String> cells) {
        if (number > bounds.rows()) {
            return new Row.Surplus(number);
        }
        if (cells.size() != header.size()) {
            return Row.Illegible.because(
                    number,
                    "has %d cells where the header has %d".formatted(cells.size(), header.size()));
        }
        var document = JsonMapper.shared().createObjectNode();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String column = header.get(i);
            if (cell.indexOf(REPLACEMENT) >= 0) {
                return new Row.Illegible(
                        number,
                        List.of(
                                FieldError.in(
                                        JsonPointer.ROOT.child(column),
                                        null,
                                        "is not UTF-8, or has the replacement character U+FFFD")));
            }
            if (!cell.isEmpty() || column.equals(ADDRESS)) {
                document.put(column, cell);
            }
        }
        return new Row.Legible(number, document);
    }

    private static @Nullable CsvRecord next(CloseableIterator<CsvRecord> records) {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (CsvParseException e) {
            throw StrictJson.malformed(JsonPointer.ROOT, explain(e));
        }
    }

    private static String explain(CsvParseException e) {
        Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null
                ? "The body is no CSV as in RFC 4180: %s.".formatted(e.getMessage())
                : "The body is no CSV as in RFC 4180: %s (%s)."
                        .formatted(e.getMessage(), cause.getMessage());
    }

    @Override
    public @Nullable String batch() {
        return batch;
    }

    @Override
    public ScanDefaults defaults() {
        return defaults;
    }
}
