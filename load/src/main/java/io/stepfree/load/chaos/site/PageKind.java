package io.stepfree.load.chaos.site;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** The kinds of page on the target site, each with its known answer. */
public enum PageKind {
    /** Answers at once. */
    GOOD(70, true, 20_000),
    /** Takes its time. */
    SLOW(8, true, 20_000),
    /** Answers 503 to the first visit. */
    FLAKY(8, true, 20_000),
    /** Always answers 500. */
    BROKEN(4, false, 20_000),
    /** Is not there. */
    MISSING(7, false, 20_000),
    /** Runs a script that never ends. */
    HOSTILE(3, false, 2_000);

    /** What every page of the site that can be scanned violates, by axe's rules. */
    public static final Set<String> VIOLATED = Set.of("image-alt");

    private final int weight;
    private final boolean scannable;
    private final int timeoutMillis;

    PageKind(int weight, boolean scannable, int timeoutMillis) {
        this.weight = weight;
        this.scannable = scannable;
        this.timeoutMillis = timeoutMillis;
    }

    /** Whether a result is the right answer; for the others it never is. */
    public boolean scannable() {
        return scannable;
    }

    /** How long a scan of it is given. */
    public int timeoutMillis() {
        return timeoutMillis;
    }

    /** The first step of its path. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the weights. */
    public static PageKind drawn(SplittableRandom random) {
        int left = random.nextInt(100);
        for (PageKind kind : values()) {
            left -= kind.weight;
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("the weights are not 100 in all");
    }

    /** The kind of the page at a path or an address. */
    public static Optional<PageKind> of(String address) {
        for (PageKind kind : values()) {
            if (address.contains("/" + kind.text() + "/")) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
