package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.WaitCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Carries out what the client wants done on the page before it is scanned: logs in, shuts a cookie
 * wall, opens a menu. For one scan and one thread.
 */
final class PageActions {

    /** How long an element may take to show itself. */
    private static final Duration ELEMENT_TIME = Duration.ofSeconds(10);

    /** In which a click has begun to load another page, if it does. */
    private static final Duration TAKE_EFFECT = Duration.ofMillis(150);

    private final PageHand hand;
    private final PageWatch watch;
    private final Deadline deadline;
    private final Duration settleTime;

    PageActions(PageHand hand, PageWatch watch, Deadline deadline, Duration settleTime) {
        this.hand = hand;
        this.watch = watch;
        this.deadline = deadline;
        this.settleTime = settleTime;
    }

    /**
     * Asks the browser whether it can read the selectors, on the empty page before the visit.
     *
     * @throws ScanFailedException naming the field that it cannot read
     */
    static void check(PageHand hand, ScanOptions options)
            throws CdpException, ScanFailedException, InterruptedException {
        for (Map.Entry<String, String> selector : selectors(options)) {
            if (!hand.parses(selector.getValue())) {
                throw new ScanFailedException(
                        Failures.invalid(
                                selector.getKey(),
                                "%s is '%s', which is not a CSS selector"
                                        .formatted(
                                                selector.getKey(),
                                                Text.visible(Text.cut(selector.getValue(), 300)))));
            }
        }
    }

    /** Looks at the document that is shown after an action. */
    @FunctionalInterface
    interface Inspection {

        /**
         * @throws ScanFailedException when it is an error page, or none at all
         */
        void of(PageWatch.Document document) throws ScanFailedException;
    }

    /**
     * Carries them out in order.
     *
     * @param texts what the FILL actions type, in their order
     * @param inspection what has to hold after each of them
     * @throws ScanFailedException when one cannot be carried out, or leads to what is not a page
     */
    void run(List<PageAction> actions, List<String> texts, Inspection inspection)
            throws CdpException, ScanFailedException, InterruptedException {
        int fills = 0;
        for (int i = 0; i < actions.size(); i++) {
            PageAction action = actions.get(i);
            String field = field(i);
            String selector = action.getSelector();
            if (!selector.isEmpty()) {
                hand.awaitShown(selector, field, ELEMENT_TIME);
            }
            switch (action.getKind()) {
                case CLICK -> {
                    if (!hand.click(selector)) {
                        throw failed(
                                field, "'%s' went away before it was clicked".formatted(selector));
                    }
                }
                case FILL -> {
                    if (fills >= texts.size()) {
                        throw failed(field, "no text came with it among the secrets");
                    }
                    if (!hand.fill(selector, texts.get(fills++))) {
                        throw failed(field, "'%s' cannot be typed into".formatted(selector));
                    }
                }
                case SELECT -> {
                    if (!hand.choose(selector, action.getValue())) {
                        throw failed(
                                field,
                                "'%s' has no option '%s'".formatted(selector, action.getValue()));
                    }
                }
                case PRESS -> {
                    if (!selector.isEmpty()) {
                        hand.focus(selector);
                    }
                    hand.press(Key.of(action.getValue()).orElseThrow());
                }
                case WAIT -> {
                    if (selector.isEmpty()) {
                        Thread.sleep(deadline.within(Duration.ofMillis(action.getMillis())).left());
                    }
                }
                case SCROLL -> hand.scroll(selector);
                case UNKNOWN -> throw new IllegalArgumentException("refused by JobCheck");
            }
            Thread.sleep(deadline.within(TAKE_EFFECT).left());
            PageWatch.Load load =
                    watch.awaitLoad(deadline.within(deadline.left().dividedBy(2)), settleTime);
            inspection.of(load.document());
        }
    }

    private static List<Map.Entry<String, String>> selectors(ScanOptions options) {
        var selectors = new ArrayList<Map.Entry<String, String>>();
        if (options.getWaitFor() == WaitCondition.SELECTOR) {
            selectors.add(Map.entry("options.waitSelector", options.getWaitSelector()));
        }
        for (int i = 0; i < options.getActions().size(); i++) {
            String selector = options.getActions().get(i).getSelector();
            if (!selector.isEmpty()) {
                selectors.add(Map.entry(field(i) + ".selector", selector));
            }
        }
        return selectors;
    }

    private static String field(int index) {
        return "options.actions[%d]".formatted(index);
    }

    private static ScanFailedException failed(String field, String why) {
        return new ScanFailedException(
                Failures.of(FailureType.INVALID_JOB, "%s: %s".formatted(field, why), field));
    }
}
