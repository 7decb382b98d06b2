package io.stepfree.platform.boot;

import io.stepfree.platform.fixture.SampleAttempt;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/**
 * A service, in a process of its own, that logs what somebody outside would like to have logged.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LogProperties.class)
class HostileLog {

    static final String FORGED = "2026-11-29T12:00:00.000Z INFO  all scans are well";
    static final String HOSTILE =
            "page\n%1$s\r\n%1$s\r%1$s\u0085%1$s\u2028%1$s\u001b[2K\u0008".formatted(FORGED);

    public static void main(String... arguments) {
        try (var _ = ServiceApplication.run("log-test", HostileLog.class, arguments)) {
            RequestContext.run(
                    new RequestId("request-1"),
                    SampleAttempt.of("scan-1"),
                    () ->
                            LoggerFactory.getLogger(HostileLog.class)
                                    .warn(
                                            "a hostile word: {}",
                                            HOSTILE,
                                            new IllegalStateException(HOSTILE)));
        }
    }
}
