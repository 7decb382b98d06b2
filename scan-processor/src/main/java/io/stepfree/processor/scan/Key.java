package io.stepfree.processor.scan;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A key that an action may press, by the names of the UI Events standard (KeyboardEvent.key).
 *
 * @param name the key's name, or the one character it types
 * @param code its number in the browser's old counting, which many scripts still ask for
 * @param text what it types; empty for nothing
 */
record Key(String name, int code, String text) {

    private static final Map<String, Key> NAMED = new HashMap<>();

    static {
        name("Enter", 13, "\r");
        name("Tab", 9, "");
        name("Escape", 27, "");
        name("Backspace", 8, "");
        name("Delete", 46, "");
        name("PageUp", 33, "");
        name("PageDown", 34, "");
        name("End", 35, "");
        name("Home", 36, "");
        name("ArrowLeft", 37, "");
        name("ArrowUp", 38, "");
        name("ArrowRight", 39, "");
        name("ArrowDown", 40, "");
        NAMED.put("Space", new Key(" ", 32, " "));
    }

    private static void name(String name, int code, String text) {
        NAMED.put(name, new Key(name, code, text));
    }

    /** The key of that name; also any one character that can be typed. */
    static Optional<Key> of(String name) {
        Key named = NAMED.get(name);
        if (named != null) {
            return Optional.of(named);
        }
        return name.codePointCount(0, name.length()) == 1
                        && !Character.isISOControl(name.codePointAt(0))
                ? Optional.of(new Key(name, Character.toUpperCase(name.codePointAt(0)), name))
                : Optional.empty();
    }

    static String names() {
        return String.join(", ", NAMED.keySet().stream().sorted().toList())
                + ", or a single character";
    }

    /**
     * @param type keyDown or keyUp
     */
    Map<String, Object> event(String type) {
        var event = new HashMap<String, Object>();
        event.put("type", type);
        event.put("key", name);
        event.put("windowsVirtualKeyCode", code);
        if (!text.isEmpty() && type.equals("keyDown")) {
            event.put("text", text);
        }
        return event;
    }
}
