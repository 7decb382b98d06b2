package io.stepfree.gateway.deadletters;

import com.fasterxml.jackson.annotation.JsonValue;
import io.stepfree.schemas.scan.FailureType;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can do about dead letters that died alike.
 *
 * @param replay whether another try makes sense
 * @param text what to look at and what to change, in sentences
 */
public record Advice(Replay replay, String text) {

    /** Whether a replay makes sense. */
    public enum Replay {
        /** The reason may have passed by itself. */
        NOW,
        /** Something has to change first, here or at the site. */
        AFTER_A_CHANGE,
        /** It would only die again. */
        NO;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The advice for a kind of failure.
     *
     * @param failureType its name in lower case, also one that this build does not know
     */
    public static Advice on(String failureType, @Nullable Integer httpStatus) {
        FailureType type =
                Arrays.stream(FailureType.values())
                        .filter(known -> known.name().equalsIgnoreCase(failureType))
                        .findFirst()
                        .orElse(FailureType.UNKNOWN);
        return switch (type) {
            case TIMEOUT ->
                    now(
                            "The page did not finish in time. If only this host is slow, replay at a low rate or at a quiet hour; if many hosts are, look at the workers' load. A longer options.timeoutMillis needs a new scan.");
            case NAVIGATION ->
                    now(
                            "The connection was refused, reset or led in circles. Open the address from the workers' network: if it answers there, replay; if only this host fails, its owner has to mend it or let the workers in.");
            case DNS ->
                    afterAChange(
                            "The name does not resolve. Check its spelling, and ask the workers' resolver for it. Replay when it resolves; discard what was misspelt.");
            case TLS ->
                    afterAChange(
                            "The certificate or the handshake was refused. The site's owner has to renew or mend it; replay afterwards.");
            case HTTP_ERROR -> onStatus(httpStatus);
            case BLOCKED_BY_SITE ->
                    afterAChange(
                            "A bot wall or robots.txt keeps the scanner out. Ask the site's owner to let the workers' addresses or user agent in; replaying before that only hardens the wall.");
            case UNSAFE_TARGET ->
                    no(
                            "The address, or one it led to, may not be visited. If it should be, the operator has to allow it in stepfree.targets, and then a replay makes sense; otherwise discard it.");
            case UNSUPPORTED_CONTENT ->
                    no(
                            "What came is no HTML page, such as a PDF or a download. Nothing can be scanned there: discard it.");
            case RESOURCE_LIMIT ->
                    afterAChange(
                            "The page needs more memory, bytes or elements than a scan may use. Raise the limit that the message names, or have the page made smaller; replaying as it is ends the same way.");
            case BROWSER_CRASH ->
                    now(
                            "The tab or the browser died. Replay: on many hosts at once it is the workers (memory, a new browser), and they come first; always the same page is a page that kills browsers, to be quarantined.");
            case ENGINE_ERROR ->
                    afterAChange(
                            "The accessibility engine failed on this page. Compare the engine versions of this pattern: if it began with a new one, replay after going back or forward. The page may also overwrite what the engine needs.");
            case LOST ->
                    now(
                            "No worker could do it, or told an outcome in time: it was killed or overloaded, or lacks what the message names. See that workers run well, then replay. If worker after worker dies over the same page and no other, the page is at fault: quarantine it.");
            case CANCELLED ->
                    no("It was cancelled on purpose while it ran. Discard it, or submit it anew.");
            case INVALID_JOB ->
                    no(
                            "The job asks for what cannot be done; the message names the field. Correct it and submit a new scan, as a replay repeats the same job.");
            case UNKNOWN ->
                    afterAChange(
                            "This version does not know the kind of failure. Read the message; if services of different versions run, bring them to one.");
        };
    }

    private static Advice onStatus(@Nullable Integer status) {
        if (status == null) {
            return afterAChange(
                    "The site answered with an error. Open the address, and replay once it answers with a page.");
        }
        return switch (status) {
            case 401, 407 ->
                    no(
                            "The page needs a login. Submit a new scan with options.basicAuth, cookies or headers; a replay has no other credentials than before.");
            case 403 ->
                    afterAChange(
                            "The site refuses the scanner, or the page needs a login. Ask its owner to let the workers in and replay, or submit a new scan with credentials.");
            case 404, 410 ->
                    no(
                            "The page is gone. Correct the address in a new scan, or discard it; a replay finds the same.");
            case 408, 425, 500, 502, 503, 504 ->
                    now(
                            "The site had an error of its own. Open the address: if it answers again, replay, at a low rate where the whole host was down.");
            case 429 ->
                    now(
                            "The site was asked too often. Replay later and at a low rate, and see that no other scans of the same host run meanwhile.");
            default ->
                    status >= 500
                            ? now(
                                    "The site had an error of its own. Open the address, and replay once it answers with a page.")
                            : no(
                                    "The site refuses this request for good. Check the address and the options in a new scan; a replay is answered the same way.");
        };
    }

    private static Advice now(String text) {
        return new Advice(Replay.NOW, text);
    }

    private static Advice afterAChange(String text) {
        return new Advice(Replay.AFTER_A_CHANGE, text);
    }

    private static Advice no(String text) {
        return new Advice(Replay.NO, text);
    }
}
