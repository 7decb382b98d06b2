package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.BatchIds;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.admission.ScanDefaults;
import io.stepfree.gateway.admission.StrictJson;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.JsonPointer;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One document with the fields {@code batch} and {@code defaults}, and after them the array {@code
 * scans}, each an object or an address alone. Of the document only one row is in memory. A row is
 * first copied as far as one may go, and then read strictly, so that a field twice in it is its own
 * fault and not that of the document.
 */
final class ArrayRows implements Rows {

    private static final String BATCH = "batch";
    private static final String DEFAULTS = "defaults";
    private static final String SCANS = "scans";

    /** More than a row may have, so that a deep one is its own fault. */
    private static final int DEEPEST = 100;

    /** Each row that takes the defaults is longer by them. */
    private static final int LONGEST_DEFAULTS = 8 * 1024;

    private static final StrictJson ROW = new StrictJson("row");
    private static final StrictJson FIELD = new StrictJson("field");

    private final JsonParser parser;
    private final JsonMapper json;
    private final Bounds bounds;
    private @Nullable String batch;
    private ScanDefaults defaults = ScanDefaults.OF_MANY;
    private int lengthOfDefaults;
    private int number;

    private ArrayRows(Reader body, Bounds bounds) {
        this.bounds = bounds;
        this.json =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .streamReadConstraints(
                                                StrictJson.constraints()
                                                        .maxNestingDepth(DEEPEST)
                                                        .maxStringLength(bounds.longest())
                                                        .build())
                                        .build())
                        .build();
        this.parser = json.createParser(body);
    }

    /**
     * Reads what stands before the rows.
     *
     * @throws ProblemException when it is missing or wrong
     */
    static ArrayRows open(InputStream body, BulkQuery query, Bounds bounds) {
        Reader reader;
        try {
            reader = Utf8.readStrictly(body);
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof CharacterCodingException ? notUtf8() : e;
        }
        var rows = new ArrayRows(reader, bounds);
        rows.begin(query);
        return rows;
    }

    private void begin(BulkQuery query) {
        var errors = new ArrayList<FieldError>();
        elsewhere("standard", query.standard(), errors);
        elsewhere("priority", query.priority(), errors);
        batch = query.batch();
        try {
            readUpToScans(errors);
        } catch (JacksonException e) {
            throw malformed(e);
        }
        if (!errors.isEmpty()) {
            throw ScanAdmission.invalid(errors);
        }
    }

    private static void elsewhere(String name, @Nullable String value, List<FieldError> errors) {
        if (value != null) {
            errors.add(
                    FieldError.inQuery(
                            name, value, "belongs into the field defaults of such a body"));
        }
    }

    private void readUpToScans(List<FieldError> errors) {
        JsonToken start = parser.nextToken();
        if (start == null) {
            throw StrictJson.malformed(
                    JsonPointer.ROOT, "The body is empty; a JSON object is needed.");
        }
        if (start != JsonToken.START_OBJECT) {
            errors.add(
                    FieldError.in(JsonPointer.ROOT, null, "must be an object with a field scans"));
            return;
        }
        var seen = new HashSet<String>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (!seen.add(name)) {
                throw StrictJson.malformed(at(name), "The field is there twice.");
            }
            JsonToken value = parser.nextToken();
            switch (name) {
                case SCANS -> {
                    if (value != JsonToken.START_ARRAY) {
                        errors.add(FieldError.in(at(SCANS), null, "must be an array"));
                    }
                    return;
                }
                case BATCH -> readBatch(value, errors);
                case DEFAULTS -> readDefaults();
                default -> {
                    errors.add(
                            FieldError.in(
                                    at(name),
                                    null,
                                    "is not known; known are %s, %s, %s"
                                            .formatted(BATCH, DEFAULTS, SCANS)));
                    parser.skipChildren();
                }
            }
        }
        errors.add(FieldError.in(at(SCANS), null, "is required"));
    }

    private void readBatch(JsonToken value, List<FieldError> errors) {
        String name = value == JsonToken.VALUE_STRING ? parser.getString() : null;
        if (name == null) {
            errors.add(FieldError.in(at(BATCH), null, "must be a string"));
            parser.skipChildren();
        } else if (!BatchIds.isOne(name)) {
            errors.add(FieldError.in(at(BATCH), name, BatchIds.FORM));
        } else if (batch != null) {
            errors.add(
                    FieldError.in(
                            at(BATCH), name, "is given in the query string as well; give it once"));
        } else {
            batch = name;
        }
    }

    private void readDefaults() {
        String text = copied(LONGEST_DEFAULTS);
        int length = bytes(text);
        if (length > LONGEST_DEFAULTS) {
            throw ScanAdmission.invalid(
                    List.of(
                            FieldError.in(
                                    at(DEFAULTS),
                                    null,
                                    "is longer than the %,d bytes allowed"
                                            .formatted(LONGEST_DEFAULTS))));
        }
        try {
            defaults = ScanDefaults.read(FIELD.parse(text));
        } catch (ProblemException e) {
            throw e.type() == ProblemType.MALFORMED_BODY
                    ? StrictJson.malformed(
                            new JsonPointer(at(DEFAULTS) + e.errors().getFirst().pointer()),
                            e.detail())
                    : e;
        }
        lengthOfDefaults = length;
    }

    @Override
    public @Nullable Row next() {
        try {
            return nextRow();
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    private @Nullable Row nextRow() {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.END_ARRAY) {
            requireEnd();
            return null;
        }
        number++;
        if (number > bounds.rows()) {
            parser.skipChildren();
            return new Row.Surplus(number);
        }
        int longest = bounds.longest() - lengthOfDefaults;
        String text = copied(longest);
        if (bytes(text) > longest) {
            return Row.Illegible.tooLong(number, longest);
        }
        try {
            return new Row.Legible(number, scan(ROW.parse(text)));
        } catch (ProblemException e) {
            return new Row.Illegible(number, e.errors());
        }
    }

    /** An address alone is a scan with nothing else. */
    private JsonNode scan(JsonNode row) {
        return row.isString() ? json.createObjectNode().put("url", row.asString()) : row;
    }

    private void requireEnd() {
        if (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            throw ScanAdmission.invalid(
                    List.of(
                            FieldError.in(
                                    at(parser.currentName()),
                                    null,
                                    "comes after scans, which must be the last field")));
        }
        if (parser.nextToken() != null) {
            throw StrictJson.malformed(
                    JsonPointer.ROOT, "After the document comes more; send one document.");
        }
    }

    /** The value that begins here, or so much of it that it is seen to be longer. */
    private String copied(int longest) {
        var text = new BoundedText(longest + 1);
        try (JsonGenerator generator = json.createGenerator(text)) {
            generator.copyCurrentStructureExact(parser);
        }
        return text.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private ProblemException malformed(JacksonException e) {
        return e.getCause() instanceof CharacterCodingException
                ? notUtf8()
                : StrictJson.malformed(parser, e);
    }

    private static ProblemException notUtf8() {
        return StrictJson.malformed(JsonPointer.ROOT, "The body is not UTF-8.");
    }

    private static JsonPointer at(String name) {
        return JsonPointer.ROOT.child(FieldError.shown(name));
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
