package io.stepfree.gateway.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of its findings a client means; what is null restricts nothing.
 *
 * @param scan the scan that found it
 * @param rule the engine's id of the rule
 * @param criterion the WCAG success criterion, as 1.4.3
 * @param host the host of the page
 * @param impact minor, moderate, serious, critical or unknown
 * @param kind violation or needs_review
 * @param state how it stands against the scan before
 * @param fingerprint its name over time
 * @param template of a page that is built so, the name that reports give it
 * @param decision what counts of it now: accepted, ignored, assigned, or open where nothing does
 * @param assignee whose it is to mend
 * @param text what rule, selectors or markup contain, in whatever case
 * @param from in a page seen at this moment or later
 * @param to in a page seen before this moment
 */
public record FindingFilter(
        @Nullable String scan,
        @Nullable String rule,
        @Nullable String criterion,
        @Nullable String host,
        @Nullable String impact,
        @Nullable String kind,
        @Nullable String state,
        @Nullable String fingerprint,
        @Nullable String template,
        @Nullable String decision,
        @Nullable String assignee,
        @Nullable String text,
        @Nullable Instant from,
        @Nullable Instant to) {}
