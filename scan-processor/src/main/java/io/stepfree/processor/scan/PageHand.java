package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds, looks at and touches elements of the page that a tab shows, from an isolated world that
 * the page's scripts cannot reach. Follows the tab from document to document. Clicks and keys come
 * from the browser, as a person's would. For one thread.
 */
final class PageHand {

    private static final String SCRIPT = Scripts.read("hand.js");
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final CdpSession page;
    private final Deadline deadline;

    PageHand(CdpSession page, Deadline deadline) {
        this.page = page;
        this.deadline = deadline;
    }

    /** Whether the browser can read a selector. */
    boolean parses(String selector) throws CdpException, ScanFailedException, InterruptedException {
        return ask("parses(%s)", selector).asBoolean();
    }

    /**
     * Waits until an element is there and can be seen.
     *
     * @param asked the field that asks for it, for the failure
     * @throws ScanFailedException when that does not happen within {@code patience}
     */
    void awaitShown(String selector, String asked, Duration patience)
            throws CdpException, ScanFailedException, InterruptedException {
        Deadline until = deadline.within(patience);
        while (!isShown(selector)) {
            if (until.hasPassed()) {
                throw new ScanFailedException(
                        Failures.of(
                                FailureType.TIMEOUT,
                                "%s: nothing that can be seen matched '%s' within %d s"
                                        .formatted(asked, selector, patience.toSeconds())));
            }
            Thread.sleep(until.within(LOOK_AGAIN).left());
        }
    }

    /** Clicks the middle of an element that is shown; false when it has just gone. */
    boolean click(String selector) throws CdpException, ScanFailedException, InterruptedException {
        JsonNode point = ask("point(%s)", selector);
        if (!point.isObject()) {
            return false;
        }
        for (String type : new String[] {"mouseMoved", "mousePressed", "mouseReleased"}) {
            page.call(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            point.path("x").asDouble(),
                            "y",
                            point.path("y").asDouble(),
                            "button",
                            type.equals("mouseMoved") ? "none" : "left",
                            "clickCount",
                            type.equals("mouseMoved") ? 0 : 1),
                    deadline.left());
        }
        return true;
    }

    /** Puts a text in the place of what an element holds; false when it cannot be typed into. */
    boolean fill(String selector, String text)
            throws CdpException, ScanFailedException, InterruptedException {
        if (!ask("focus(%s)", selector).asBoolean()) {
            return false;
        }
        page.call("Input.insertText", Map.of("text", text), deadline.left());
        ask("typed(%s)", selector);
        return true;
    }

    /** Chooses an option by its value or text; false when there is none such. */
    boolean choose(String selector, String option)
            throws CdpException, ScanFailedException, InterruptedException {
        return ask("choose(%s, %s)", selector, option).asBoolean();
    }

    /** Presses a key where the focus is. */
    void press(Key key) throws CdpException, InterruptedException {
        page.call("Input.dispatchKeyEvent", key.event("keyDown"), deadline.left());
        page.call("Input.dispatchKeyEvent", key.event("keyUp"), deadline.left());
    }

    void focus(String selector) throws CdpException, ScanFailedException, InterruptedException {
        ask("focus(%s)", selector);
    }

    /** Scrolls an element into view, or to the page's end when the selector is empty. */
    void scroll(String selector) throws CdpException, ScanFailedException, InterruptedException {
        ask("scroll(%s)", selector);
    }

    /** For how long nothing in the document has changed. */
    Duration stillFor() throws CdpException, ScanFailedException, InterruptedException {
        return Duration.ofMillis(ask("stillFor()").asLong());
    }

    private boolean isShown(String selector)
            throws CdpException, ScanFailedException, InterruptedException {
        return ask("isShown(%s)", selector).asBoolean();
    }

    private JsonNode ask(String question, String... texts)
            throws CdpException, ScanFailedException, InterruptedException {
        Object[] quoted = java.util.Arrays.stream(texts).map(JSON::writeValueAsString).toArray();
        String expression = "%s.%s".formatted(SCRIPT, question.formatted(quoted));
        while (true) {
            try {
                // Asking for a world that is there already gives that one.
                return World.of(page, page.targetId(), "stepfree-hand", deadline)
                        .evaluate(expression, deadline);
            } catch (CdpException.Refused e) {
                // The document has just given way to another one.
                if (!World.isLost(e) || deadline.hasPassed()) {
                    throw e;
                }
                Thread.sleep(deadline.within(LOOK_AGAIN).left());
            }
        }
    }
}
