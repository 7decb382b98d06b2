package io.stepfree.standalone.command;

import io.stepfree.standalone.printing.Tally;

/** What the exit codes of the command line mean. */
final class ExitCode {

    /**
     * Everything was done; for a scan: every page was wholly seen, and there are no more violations
     * than there may be, which is none unless it was chosen.
     */
    static final int CLEAN = 0;

    /** Every page was wholly seen, and there are more violations than there may be. */
    static final int VIOLATIONS = 1;

    /** The command line, or an address in it, is wrong. */
    static final int USAGE = 2;

    /** Something needed could not be started or reached. */
    static final int INFRASTRUCTURE = 3;

    /**
     * At least one page could not be scanned, was not wholly seen, or may not be the one that was
     * asked for. This outweighs violations, however many there may be.
     */
    static final int NOT_SCANNED = 4;

    /** A mistake in the program itself. */
    static final int INTERNAL = 5;

    private ExitCode() {}

    /**
     * That of a scan. What was not wholly seen must not pass for clean.
     *
     * @param tooMany whether there are more violations than there may be
     */
    static int of(Tally tally, boolean tooMany) {
        if (!tally.whollySeen()) {
            return NOT_SCANNED;
        }
        return tooMany ? VIOLATIONS : CLEAN;
    }
}
