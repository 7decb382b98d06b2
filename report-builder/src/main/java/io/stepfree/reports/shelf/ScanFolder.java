package io.stepfree.reports.shelf;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/** Names the folder of a scan. */
final class ScanFolder {

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private ScanFolder() {}

    /**
     * The id itself when it can't lead anywhere else, as ours can't; otherwise a name derived from
     * it.
     */
    static String of(String scanId) {
        return SAFE_NAME.matcher(scanId).matches()
                ? scanId
                : UUID.nameUUIDFromBytes(scanId.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
