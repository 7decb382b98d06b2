package io.stepfree.reporting.format;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON that is harmless wherever it is put: in a script of a page, on a terminal, in an editor.
 * What could end a script, steer a terminal, or hide or turn around the text near it is escaped as
 * {@code \\uXXXX}, so that a reader of the JSON gets it back as it was. Thread-safe.
 */
final class InertJson {

    private static final JsonMapper MAPPER =
            JsonMapper.builder(JsonFactory.builder().characterEscapes(new Escapes()).build())
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
                    // A record's components are its members, and nothing else that it can tell.
                    .changeDefaultVisibility(checker ->
                            checker.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
                    .build();

    private static final ObjectWriter LINES = MAPPER.writer().withRootValueSeparator("");

    private InertJson() {}

    /**
     * Writes UTF-8 to the stream, value by value; closing it leaves the stream open, and closes no
     * array or object that was not: JSON that broke off is not to look whole.
     */
    static JsonGenerator generator(OutputStream out) {
        return MAPPER.createGenerator(out);
    }

    /** A text with its quotes, as it also stands in YAML (1.2.2, 7.3.1). */
    static String quoted(String text) {
        return MAPPER.writeValueAsString(text);
    }

    /** The same, for values of which each is a line: whoever writes them ends them. */
    static JsonGenerator lines(OutputStream out) {
        return LINES.createGenerator(out);
    }

    /** Which characters are escaped, and how. */
    private static final class Escapes extends CharacterEscapes {

        private static final long serialVersionUID = 1;

        private static final String ENDING_A_SCRIPT = "<>&";
        private static final int DELETE = 0x7F;

        private final int[] ascii = standardAsciiEscapesForJSON();

        Escapes() {
            ENDING_A_SCRIPT.chars().forEach(character -> ascii[character] = ESCAPE_STANDARD);
            ascii[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return character >= DELETE && InertText.isHidden(character)
                    ? new SerializedString("\\u%04X".formatted(character))
                    : null;
        }
    }
}
