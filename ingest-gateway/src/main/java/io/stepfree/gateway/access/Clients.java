package io.stepfree.gateway.access;

import java.util.regex.Pattern;

/** The names of those for whom scans are made. */
public final class Clients {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private Clients() {}

    /** Whether a client can have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
