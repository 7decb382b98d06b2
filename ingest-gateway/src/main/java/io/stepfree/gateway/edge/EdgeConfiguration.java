package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.Problem;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.List;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/** Wires what stands between the network and the controllers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({EdgeProperties.class, CorsProperties.class})
public class EdgeConfiguration {

    private static final Logger log = LoggerFactory.getLogger(EdgeConfiguration.class);

    /* One after the other, right behind the filter that gives a request its id. */
    private static final int SECURITY_HEADERS = Ordered.HIGHEST_PRECEDENCE + 1;
    private static final int ORIGINS = SECURITY_HEADERS + 1;
    private static final int DRAIN = ORIGINS + 1;

    @Bean
    FilterRegistrationBean<SecurityHeadersFilter> securityHeadersFilter() {
        var registration = new FilterRegistrationBean<>(new SecurityHeadersFilter());
        registration.setOrder(SECURITY_HEADERS);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ERROR);
        return registration;
    }

    @Bean
    FilterRegistrationBean<OriginFilter> originFilter(
            CorsProperties properties, ProblemAnswers answers) {
        var registration =
                new FilterRegistrationBean<>(new OriginFilter(properties.origins(), answers));
        registration.setOrder(ORIGINS);
        registration.setEnabled(!properties.origins().isEmpty());
        return registration;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> bounds(
            EdgeProperties properties, ProblemAnswers answers) {
        return factory -> {
            factory.setProtocol(PunctualProtocol.class.getName());
            factory.addEngineValves(new UnreadBodyValve(properties.headTimeout()));
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                    http.setMaxHeaderCount(properties.headers());
                }
                if (connector.getProtocolHandler() instanceof PunctualProtocol protocol) {
                    protocol.bound(
                            properties.headTimeout(),
                            () -> headTooSlow(answers, properties.headTimeout()));
                }
            });
        };
    }

    /* Nobody has read the request, so it gets an id of ours. */
    private static byte[] headTooSlow(ProblemAnswers answers, Duration longest) {
        return answers.raw(
                Problem.of(
                        ProblemType.HEAD_TOO_SLOW,
                        "The head of the request was not there after %d ms."
                                .formatted(longest.toMillis()),
                        List.of(),
                        null,
                        RequestId.create().value()));
    }

    @Bean
    Draining draining(EdgeProperties properties) {
        return new Draining(properties.drain());
    }

    @Bean
    FilterRegistrationBean<DrainFilter> drainFilter(Draining draining, ProblemAnswers answers) {
        var registration = new FilterRegistrationBean<>(new DrainFilter(draining, answers));
        registration.setOrder(DRAIN);
        return registration;
    }

    @Bean
    DrainBegin drainBegin(Draining draining, EdgeProperties properties) {
        return new DrainBegin(draining, properties.notice());
    }

    @Bean
    DrainEnd drainEnd(Draining draining) {
        return new DrainEnd(draining);
    }

    /**
     * Begins to refuse before anything is stopped, the live streams included; by then /readyz says
     * no already.
     */
    record DrainBegin(Draining draining, Duration notice)
            implements ApplicationListener<ContextClosedEvent>, Ordered {

        @Override
        public void onApplicationEvent(ContextClosedEvent event) {
            try {
                Thread.sleep(notice);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            draining.begin();
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    /** Waits for what is under way before the first of all parts is stopped. */
    static final class DrainEnd implements SmartLifecycle {

        private final Draining draining;
        private volatile boolean running;

        DrainEnd(Draining draining) {
            this.draining = draining;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            draining.begin();
            int left = draining.await();
            if (left > 0) {
                log.warn("{} requests did not end in time and are cut off", left);
            }
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE;
        }
    }
}
