package io.stepfree.gateway.admission;

import io.stepfree.gateway.access.Caller;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that clients give their batches. */
public final class BatchIds {

    /** What a name must be, for people. */
    public static final String FORM = "must be 1 to 64 letters, digits and . _ : - such as a UUID";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private BatchIds() {}

    /** Whether a batch can have this name. */
    public static boolean isOne(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * The name under which a client's batch goes through the pipeline: two clients may call theirs
     * alike. That of whoever sits at the machine is the name itself.
     *
     * @param batch null for none
     */
    public static @Nullable String ofClient(String client, @Nullable String batch) {
        return batch == null || client.equals(Caller.LOCAL_CLIENT) ? batch : client + "/" + batch;
    }

    /** The name that the client gave a batch which goes through the pipeline under this one. */
    public static @Nullable String toClient(@Nullable String batchId) {
        return batchId == null ? null : batchId.substring(batchId.indexOf('/') + 1);
    }

    /** The batch that a scan is to be part of; null when it names none or a wrong one. */
    static @Nullable String read(ObjectFields fields) {
        String name = fields.text("batch");
        if (name != null && !isOne(name)) {
            fields.wrong("batch", name, FORM);
            return null;
        }
        return name;
    }
}
