package io.stepfree.reports.shelf;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One file of a report, as it is to lie there. Immutable as long as nobody changes its content. */
final class ReportFile {

    /* Those from before names had a hash are here as well, and what a crash has left half-written. */
    private static final Pattern OURS =
            Pattern.compile(
                    "report(\\.[0-9a-f]{32})?\\.(html|json)(\\.br|\\.gz)?(\\.[0-9a-f-]{1,36})?(\\.part)?");

    private final String name;
    private final byte[] content;
    private final String mediaType;
    private final @Nullable Encoding encoding;
    private final byte[] plain;

    /** One that is not encoded. */
    ReportFile(String name, byte[] content, String mediaType) {
        this(name, content, mediaType, null, content);
    }

    private ReportFile(
            String name,
            byte[] content,
            String mediaType,
            @Nullable Encoding encoding,
            byte[] plain) {
        this.name = name;
        this.content = content;
        this.mediaType = mediaType;
        this.encoding = encoding;
        this.plain = plain;
    }

    /** The same file in another form, which has the same hash in its name. */
    ReportFile in(Encoding form) throws IOException {
        return new ReportFile(name + form.ending(), form.encode(plain), mediaType, form, plain);
    }

    /** Whether a file is named like one of a report. */
    static boolean isNamedLikeOne(String name) {
        return OURS.matcher(name).matches();
    }

    /** Its name, safe in paths, keys and addresses. */
    String name() {
        return name;
    }

    byte[] content() {
        return content;
    }

    /**
     * Whether what lies under its name says the same. An encoded form does when the same page comes
     * of it: another version of the encoder writes other bytes.
     */
    boolean isSaidBy(byte[] there) {
        if (Arrays.equals(content, there)) {
            return true;
        }
        if (encoding == null) {
            return false;
        }
        try {
            // One byte more shows that it goes on; how much more there is need not be known.
            return Arrays.equals(plain, encoding.decode(there, plain.length + 1));
        } catch (IOException _) {
            return false;
        }
    }

    String mediaType() {
        return mediaType;
    }

    @Nullable Encoding encoding() {
        return encoding;
    }

    /**
     * All files of one report.
     *
     * @param page the page for people, not encoded
     * @param document the JSON
     * @param encoded the page in other forms
     */
    record Set(ReportFile page, ReportFile document, List<ReportFile> encoded) {

        Set {
            encoded = List.copyOf(encoded);
        }

        /** All of them; the page and the document come last. */
        List<ReportFile> all() {
            return java.util.stream.Stream.concat(
                            encoded.stream(), java.util.stream.Stream.of(page, document))
                    .toList();
        }
    }
}
