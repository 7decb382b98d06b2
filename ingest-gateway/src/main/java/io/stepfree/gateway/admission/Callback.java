package io.stepfree.gateway.admission;

import io.stepfree.platform.target.Target;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Whom to tell when a scan or a batch has ended: an address that may be visited like that of a
 * page.
 *
 * @param url the address, absolute, with the host in its plain form
 * @param host its host in lower case, without a port
 */
public record Callback(String url, String host) {

    /** What comes of judging an address. */
    sealed interface Judged {

        /** It may be told. */
        record Good(Callback callback) implements Judged {}

        /**
         * It may not.
         *
         * @param reason one clause that names the cure where there is one
         */
        record Wrong(String reason) implements Judged {}
    }

    /** Judges an address as somebody wrote it. */
    static Judged judge(String url, TargetPolicy targets) {
        return switch (targets.judgeUrl(url)) {
            case Verdict.Allowed(Target target) -> {
                try {
                    var _ = new URI(target.url());
                    yield new Judged.Good(new Callback(target.url(), target.host()));
                } catch (URISyntaxException _) {
                    yield new Judged.Wrong(
                            "has a character that no address has (RFC 3986); encode it");
                }
            }
            case Verdict.Refused(String reason) -> new Judged.Wrong(reason);
        };
    }
}
