package io.stepfree.gateway.admission;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that clients give their batches. */
public final class BatchIds {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private BatchIds() {}

    /** Whether a batch can have this name. */
    public static boolean isOne(String text) {
        return NAME.matcher(text).matches();
    }

    /** The batch that a scan is to be part of; null when it names none or a wrong one. */
    static @Nullable String read(ObjectFields fields) {
        String name = fields.text("batch");
        if (name != null && !isOne(name)) {
            fields.wrong(
                    "batch", name, "must be 1 to 64 letters, digits and . _ : - such as a UUID");
            return null;
        }
        return name;
    }
}
