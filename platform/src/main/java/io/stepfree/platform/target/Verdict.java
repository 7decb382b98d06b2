package io.stepfree.platform.target;

/** Whether an address may be visited. */
public sealed interface Verdict {

    /** It may. */
    record Allowed(Target target) implements Verdict {}

    /**
     * It may not.
     *
     * @param reason one clause that names the value and, where there is one, the cure
     */
    record Refused(String reason) implements Verdict {}
}
