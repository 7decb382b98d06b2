package io.stepfree.standalone.command;

import io.stepfree.standalone.printing.Tally;

/** What the exit codes of the command line mean. */
final class ExitCode {

    /**
     * Everything was done; for a scan: every page was wholly seen, and there are no more violations
     * than there may be, which is none unless it was chosen.
     */
    static final int CLEAN = 0;

    /**
     * Every page was scanned, or something in the place of one, and there are more violations than
     * there may be.
     */
    static final int VIOLATIONS = 1;

    /** The command line, or an address in it, is wrong. */
    static final int USAGE = 2;

    /** Something needed could not be started or reached. */
    static final int INFRASTRUCTURE = 3;

    /**
     * At least one page could not be scanned, so that nothing is known about it, whatever the
     * others have; or no violations were seen, but not every page was wholly seen, or was surely
     * the page that was asked for.
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
        if (tally.notScanned() > 0) {
            return NOT_SCANNED;
        }
        if (tooMany) {
            return VIOLATIONS;
        }
        return tally.partial() > 0 || tally.suspect() > 0 ? NOT_SCANNED : CLEAN;
    }
}
