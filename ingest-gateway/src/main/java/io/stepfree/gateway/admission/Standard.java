package io.stepfree.gateway.admission;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The conformance targets; each includes the easier ones. */
public enum Standard {
    WCAG2A("wcag2a"),
    WCAG2AA("wcag2aa"),
    WCAG2AAA("wcag2aaa"),
    WCAG21A("wcag21a"),
    WCAG21AA("wcag21aa"),
    WCAG21AAA("wcag21aaa"),
    WCAG22A("wcag22a"),
    WCAG22AA("wcag22aa"),
    WCAG22AAA("wcag22aaa"),
    BEST_PRACTICE("best-practice");

    private static final Map<String, Standard> BY_NAME = byName();

    private final String text;

    Standard(String text) {
        this.text = text;
    }

    /** The name that clients and records use. */
    public String text() {
        return text;
    }

    /** All of them by the name that clients use, in order. */
    static Map<String, Standard> names() {
        return BY_NAME;
    }

    private static Map<String, Standard> byName() {
        var names = new LinkedHashMap<String, Standard>();
        for (Standard standard : values()) {
            names.put(standard.text, standard);
        }
        return Collections.unmodifiableMap(names);
    }
}
