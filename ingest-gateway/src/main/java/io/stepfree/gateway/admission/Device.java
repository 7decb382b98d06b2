package io.stepfree.gateway.admission;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The screens that can be asked for by name; nothing but the size, the touch and the density. */
public enum Device {
    DESKTOP(1_280, 1_024, 1, false),
    DESKTOP_WIDE(1_920, 1_080, 1, false),
    LAPTOP(1_366, 768, 1, false),
    TABLET(820, 1_180, 2, true),
    PHONE(390, 844, 3, true),
    /** The width at which WCAG 1.4.10 (reflow) is judged. */
    PHONE_SMALL(320, 568, 2, true);

    private static final Map<String, Device> BY_NAME = byName();

    private final int width;
    private final int height;
    private final double scale;
    private final boolean mobile;

    Device(int width, int height, double scale, boolean mobile) {
        this.width = width;
        this.height = height;
        this.scale = scale;
        this.mobile = mobile;
    }

    /** The name that clients and records use, such as phone-small. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Width of the viewport in CSS pixels. */
    public int width() {
        return width;
    }

    /** Height of the viewport in CSS pixels. */
    public int height() {
        return height;
    }

    /** Device pixels for one CSS pixel. */
    public double scale() {
        return scale;
    }

    /** Whether pages are shown as on a telephone. */
    public boolean mobile() {
        return mobile;
    }

    /** All of them by the name that clients use, in order. */
    static Map<String, Device> names() {
        return BY_NAME;
    }

    private static Map<String, Device> byName() {
        var names = new LinkedHashMap<String, Device>();
        for (Device device : values()) {
            names.put(device.text(), device);
        }
        return Collections.unmodifiableMap(names);
    }
}
