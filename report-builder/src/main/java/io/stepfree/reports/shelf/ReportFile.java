package io.stepfree.reports.shelf;

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

    ReportFile(String name, byte[] content, String mediaType, @Nullable Encoding encoding) {
        this.name = name;
        this.content = content;
        this.mediaType = mediaType;
        this.encoding = encoding;
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
