package io.stepfree.standalone.command;

/**
 * One thing that the doctor has looked at.
 *
 * @param name what it is
 * @param result how it is
 * @param detail what was found, one sentence
 * @param cure what to do about it; empty when nothing is wrong
 */
record Check(String name, Result result, String detail, String cure) {

    /** How it is. */
    enum Result {
        /** Nothing is wrong. */
        WELL,
        /** Something is not as it should be. */
        DOUBTFUL,
        /** Without a cure no scan gets done. */
        ILL
    }

    static Check well(String name, String detail) {
        return new Check(name, Result.WELL, detail, "");
    }
}
