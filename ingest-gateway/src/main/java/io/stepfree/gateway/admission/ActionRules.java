package io.stepfree.gateway.admission;

import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.PageAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is to be done on a page before it is scanned. Each action is an object whose one verb
 * names what to do, and to which element. Whether a selector can be read is for the browser to say.
 */
final class ActionRules {

    private static final int MOST = 30;
    private static final int LONGEST_SELECTOR = 500;
    private static final int LONGEST_TEXT = 4_096;
    private static final int LONGEST_OPTION = 500;
    private static final int LONGEST_WAIT_MILLIS = 30_000;
    private static final String END_OF_PAGE = "end";

    private static final Map<String, ActionKind> VERBS = verbs();
    private static final Map<String, String> KEYS = keys();

    private ActionRules() {}

    /**
     * @param texts takes what is to be typed, in the order of the FILL actions
     */
    static List<PageAction> read(ObjectFields options, List<String> texts) {
        var actions = new ArrayList<PageAction>();
        for (ObjectFields fields : options.objects("actions", MOST)) {
            List<String> said = VERBS.keySet().stream().filter(fields::has).toList();
            if (said.size() == 1) {
                actions.add(read(fields, said.getFirst(), texts));
                fields.rejectOthers();
            } else {
                fields.wrong(
                        "must have exactly one of %s".formatted(String.join(", ", VERBS.keySet())));
            }
        }
        return actions;
    }

    /** The selector in that field, or an empty text with an error. */
    static String selector(ObjectFields fields, String name) {
        String selector = fields.requiredText(name);
        if (selector == null) {
            return "";
        }
        String fault = selectorFault(selector);
        if (fault != null) {
            fields.wrong(name, selector, fault);
        }
        return selector;
    }

    private static @Nullable String selectorFault(String selector) {
        if (selector.isBlank()) {
            return "must be a CSS selector, as #login or button[type=submit]";
        }
        if (selector.length() > LONGEST_SELECTOR) {
            return "has %,d characters, more than %,d"
                    .formatted(selector.length(), LONGEST_SELECTOR);
        }
        return selector.codePoints().anyMatch(ScanAdmission::unprintable)
                ? "has a control character or a line separator"
                : null;
    }

    private static PageAction read(ObjectFields fields, String verb, List<String> texts) {
        ActionKind kind = VERBS.getOrDefault(verb, ActionKind.UNKNOWN);
        PageAction.Builder action = PageAction.newBuilder().setKind(kind);
        switch (kind) {
            case CLICK -> action.setSelector(selector(fields, verb));
            case FILL -> {
                action.setSelector(selector(fields, verb));
                texts.add(text(fields));
            }
            case SELECT -> action.setSelector(selector(fields, verb)).setValue(option(fields));
            case PRESS -> {
                action.setValue(fields.oneOf(verb, KEYS, ""));
                if (fields.has("on")) {
                    action.setSelector(selector(fields, "on"));
                }
            }
            case WAIT -> {
                if (fields.isNumber(verb)) {
                    action.setMillis(fields.integer(verb, 0, 0, LONGEST_WAIT_MILLIS));
                } else {
                    action.setSelector(selector(fields, verb));
                }
            }
            case SCROLL -> {
                String to = selector(fields, verb);
                action.setSelector(to.equals(END_OF_PAGE) ? "" : to);
            }
            case UNKNOWN -> throw new IllegalStateException("no action is called " + verb);
        }
        return action.build();
    }

    private static String text(ObjectFields fields) {
        String text = fields.secretText("text");
        if (text == null) {
            return "";
        }
        if (text.length() > LONGEST_TEXT) {
            fields.wrong(
                    "text",
                    null,
                    "has %,d characters, more than %,d".formatted(text.length(), LONGEST_TEXT));
        } else if (text.chars().anyMatch(c -> (c < ' ' && c != '\n' && c != '\t') || c == 0x7f)) {
            fields.wrong("text", null, "has a control character that no keyboard types");
        }
        return text;
    }

    private static String option(ObjectFields fields) {
        String option = fields.requiredText("option");
        if (option == null) {
            return "";
        }
        if (option.length() > LONGEST_OPTION
                || option.codePoints().anyMatch(ScanAdmission::unprintable)) {
            fields.wrong(
                    "option",
                    option,
                    "must be the value or the text of an option, at most %,d characters in one line"
                            .formatted(LONGEST_OPTION));
        }
        return option;
    }

    private static Map<String, ActionKind> verbs() {
        var verbs = new LinkedHashMap<String, ActionKind>();
        verbs.put("click", ActionKind.CLICK);
        verbs.put("fill", ActionKind.FILL);
        verbs.put("select", ActionKind.SELECT);
        verbs.put("press", ActionKind.PRESS);
        verbs.put("wait", ActionKind.WAIT);
        verbs.put("scroll", ActionKind.SCROLL);
        return verbs;
    }

    /** Keys by their names in the UI Events standard; the space bar has a name that can be read. */
    private static Map<String, String> keys() {
        var keys = new LinkedHashMap<String, String>();
        for (String key :
                List.of(
                        "Enter",
                        "Tab",
                        "Escape",
                        "Space",
                        "Backspace",
                        "Delete",
                        "ArrowUp",
                        "ArrowDown",
                        "ArrowLeft",
                        "ArrowRight",
                        "Home",
                        "End",
                        "PageUp",
                        "PageDown")) {
            keys.put(key, key);
        }
        return keys;
    }
}
