package io.stepfree.standalone.demo;

import java.util.Set;

/**
 * One page of the demo site.
 *
 * @param path its path on the site
 * @param violated the rules of the engine that it violates under WCAG 2.2 AA, all of them; empty
 *     for a clean page
 * @param missing whether the page is linked but not there, so that its scan ends as a dead letter
 */
public record DemoPage(String path, Set<String> violated, boolean missing) {

    public DemoPage {
        violated = Set.copyOf(violated);
    }
}
