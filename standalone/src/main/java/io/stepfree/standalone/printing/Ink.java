package io.stepfree.standalone.printing;

import java.util.Map;

/**
 * Colours of the terminal (ECMA-48 SGR), or none. Meaning is never carried by colour alone.
 *
 * @param colours whether the reader's terminal shows colours
 */
public record Ink(boolean colours) {

    /** No colours. */
    public static final Ink PLAIN = new Ink(false);

    /**
     * Colours only where a person reads: on a terminal, unless {@code NO_COLOR} (no-color.org) is
     * set or the terminal is a dumb one.
     *
     * @param terminal whether the output goes to a terminal
     */
    public static Ink of(boolean terminal, Map<String, String> environment) {
        return new Ink(
                terminal
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !"dumb".equals(environment.get("TERM")));
    }

    String bold(String text) {
        return with("1", text);
    }

    String faint(String text) {
        return with("2", text);
    }

    String bad(String text) {
        return with("31", text);
    }

    String worse(String text) {
        return with("1;31", text);
    }

    String doubtful(String text) {
        return with("33", text);
    }

    String good(String text) {
        return with("32", text);
    }

    private String with(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
