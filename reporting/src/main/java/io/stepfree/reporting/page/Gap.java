package io.stepfree.reporting.page;

import java.util.ArrayList;
import java.util.List;

/**
 * The pages of a batch of which something was not seen for the same reason; the first of them are
 * listed. It is public for the template only. Not thread-safe.
 */
public final class Gap {

    /** So many pages of a gap are listed; the table of all pages has the others. */
    private static final int LISTED = 20;

    private final String reason;
    private final List<PageLine> listed = new ArrayList<>();
    private int pages;

    Gap(String reason) {
        this.reason = reason;
    }

    void add(PageLine page) {
        pages++;
        if (listed.size() < LISTED) {
            listed.add(page);
        }
    }

    /** The reason, as a heading. */
    public String reason() {
        return reason;
    }

    /** How many pages. */
    public int pages() {
        return pages;
    }

    /** The first of them. */
    public List<PageLine> listed() {
        return List.copyOf(listed);
    }

    /** How many are not listed here. */
    public int others() {
        return pages - listed.size();
    }
}
