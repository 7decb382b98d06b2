package io.stepfree.gateway.deliveries;

import io.stepfree.platform.target.Target;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request to an address that a client gave. The address is judged once more, and so is
 * each that its name resolves to; the connection goes to those that were judged, and no redirect is
 * followed. Of the answer only the status is looked at. Thread-safe; blocks, but no longer than the
 * time-out and a look-up of the name.
 */
final class CallbackPost implements AutoCloseable {

    private final TargetPolicy targets;
    private final NameResolver names;
    private final Duration timeout;
    private final ScheduledExecutorService deadlines =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("callback-deadlines").factory());

    /** Finds the addresses of a host name. */
    @FunctionalInterface
    interface NameResolver {

        /** Asks the machine's own resolver. */
        NameResolver SYSTEM = InetAddress::getAllByName;

        /**
         * @return at least one address
         */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** How it went. */
    sealed interface Outcome {

        /** The receiver answered with this status. */
        record Answered(int status) implements Outcome {}

        /**
         * Nothing was sent, because the address may not be visited.
         *
         * @param reason one clause
         */
        record Refused(String reason) implements Outcome {}

        /**
         * There was no answer.
         *
         * @param reason one clause
         */
        record Failed(String reason) implements Outcome {}
    }

    /** An address that the name resolved to may not be visited. */
    private static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(String reason) {
            super(reason);
        }
    }

    CallbackPost(TargetPolicy targets, NameResolver names, Duration timeout) {
        this.targets = targets;
        this.names = names;
        this.timeout = timeout;
    }

    /** Sends a body of JSON with these headers. */
    Outcome send(String url, Map<String, String> headers, String body) {
        return switch (targets.judgeUrl(url)) {
            case Verdict.Allowed(Target target) -> send(target, headers, body);
            case Verdict.Refused(String reason) -> new Outcome.Refused(reason);
        };
    }

    private Outcome send(Target target, Map<String, String> headers, String body) {
        var request = new HttpPost(URI.create(target.url()));
        headers.forEach(request::setHeader);
        request.setEntity(
                new ByteArrayEntity(
                        body.getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON));
        var late = new AtomicBoolean();
        // Each wait has a bound of its own; an answer that comes byte by byte would have none.
        Future<?> deadline =
                deadlines.schedule(
                        () -> {
                            late.set(true);
                            request.cancel();
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        try (CloseableHttpClient client = client(target)) {
            int status = client.executeOpen(null, request, null).getCode();
            // To close the answer would read it, and it may have no end.
            request.cancel();
            return new Outcome.Answered(status);
        } catch (RefusedAddressException e) {
            return new Outcome.Refused(String.valueOf(e.getMessage()));
        } catch (UnknownHostException _) {
            return new Outcome.Failed("its name %s does not resolve".formatted(target.host()));
        } catch (IOException | RuntimeException e) {
            return new Outcome.Failed(
                    late.get()
                            ? "did not answer within %s s".formatted(timeout.toMillis() / 1000.0)
                            : "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()));
        } finally {
            deadline.cancel(false);
        }
    }

    /* One for each request: what it may connect to is that request's. */
    private CloseableHttpClient client(Target target) {
        Timeout patience = Timeout.of(timeout);
        return HttpClients.custom()
                .setConnectionManager(
                        PoolingHttpClientConnectionManagerBuilder.create()
                                .setDnsResolver(new JudgingResolver(target))
                                .setDefaultConnectionConfig(
                                        ConnectionConfig.custom()
                                                .setConnectTimeout(patience)
                                                .setSocketTimeout(patience)
                                                .build())
                                .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setResponseTimeout(patience)
                                .setRedirectsEnabled(false)
                                .setExpectContinueEnabled(false)
                                .setProtocolUpgradeEnabled(false)
                                .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .setUserAgent("Stepfree")
                .build();
    }

    /** Gives the client only addresses that were judged, so that it connects to no other. */
    private final class JudgingResolver implements DnsResolver {

        private final Target target;

        JudgingResolver(Target target) {
            this.target = target;
        }

        /* One bad address among good ones is a trap, or becomes one. */
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = names.resolve(host);
            for (InetAddress address : addresses) {
                if (targets.judgeAddress(address, target.host(), target.port())
                        instanceof Verdict.Refused(String reason)) {
                    throw new RefusedAddressException(reason);
                }
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
