package io.stepfree.processor.browser;

/**
 * The steps of the kill ladder, each taken when the one before did not help; the tag {@code step}
 * of {@code stepfree.browser.ladder}.
 */
enum LadderStep {
    /** The context of a scan is disposed of, which also ends a page that hangs. */
    DISPOSE,
    /** The process tree of the browser is ended. */
    KILL,
    /** A driver starts another browser. */
    LAUNCH
}
