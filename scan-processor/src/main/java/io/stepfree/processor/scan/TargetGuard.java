package io.stepfree.processor.scan;

import io.stepfree.platform.target.Target;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps a scan away from addresses that may not be visited: by name, by what the name resolves to,
 * by who answered.
 */
final class TargetGuard {

    private final TargetPolicy policy;

    TargetGuard(TargetPolicy policy) {
        this.policy = policy;
    }

    /**
     * Judges an address before it is visited; blocks while the name is resolved, at most until the
     * deadline.
     */
    Optional<Failure> judge(String url, Deadline deadline) throws InterruptedException {
        return switch (policy.judgeUrl(url)) {
            case Verdict.Refused(String reason) -> Optional.of(unsafe(url, reason));
            case Verdict.Allowed(Target target) -> judgeResolved(url, target, deadline);
        };
    }

    /**
     * Judges who answered, because a name may resolve to another address for the browser than for
     * us.
     *
     * @param remoteAddress as the browser tells it, an IPv6 address in brackets; empty where it
     *     tells none, as for answers of a service worker
     */
    Optional<Failure> judgeAnswer(String url, String remoteAddress) {
        if (remoteAddress.isEmpty()) {
            return Optional.empty();
        }
        return switch (policy.judgeUrl(url)) {
            case Verdict.Refused(String reason) -> Optional.of(unsafe(url, reason));
            case Verdict.Allowed(Target target) ->
                    judgeAddress(
                            url,
                            target,
                            InetAddress.ofLiteral(remoteAddress.replaceAll("[\\[\\]]", "")));
        };
    }

    private Optional<Failure> judgeResolved(String url, Target target, Deadline deadline)
            throws InterruptedException {
        // The resolver has no time limit of its own.
        var resolved = new CompletableFuture<InetAddress[]>();
        Thread.ofVirtual()
                .name("resolve")
                .start(() -> {
                    try {
                        resolved.complete(InetAddress.getAllByName(target.host()));
                    } catch (UnknownHostException e) {
                        resolved.completeExceptionally(e);
                    }
                });
        try {
            for (InetAddress address :
                    resolved.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS)) {
                Optional<Failure> failure = judgeAddress(url, target, address);
                if (failure.isPresent()) {
                    return failure;
                }
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(
                    Failures.of(
                            FailureType.DNS,
                            "The host name %s could not be resolved".formatted(target.host())));
        } catch (TimeoutException e) {
            return Optional.of(
                    Failures.of(
                            FailureType.TIMEOUT,
                            "The host name %s was not resolved before the deadline"
                                    .formatted(target.host())));
        }
    }

    private Optional<Failure> judgeAddress(String url, Target target, InetAddress address) {
        return switch (policy.judgeAddress(address, target.host(), target.port())) {
            case Verdict.Allowed _ -> Optional.empty();
            case Verdict.Refused(String reason) -> Optional.of(unsafe(url, reason));
        };
    }

    private static Failure unsafe(String url, String reason) {
        return Failures.of(
                FailureType.UNSAFE_TARGET,
                "%s was not visited: %s".formatted(Text.cut(url, 1_000), reason));
    }
}
