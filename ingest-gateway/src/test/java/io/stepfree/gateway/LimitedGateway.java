package io.stepfree.gateway;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.limits.LimitClock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The gateway for clients that name themselves, by a clock that can be set forward. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(GatewayApplication.class)
class LimitedGateway {

    static final String CLIENT = "X-Client";
    static final String PLAN = "X-Plan";

    private static final AtomicReference<Duration> AHEAD = new AtomicReference<>(Duration.ZERO);

    /** Sets the clock of all such gateways forward. */
    static void advance(Duration time) {
        AHEAD.updateAndGet(time::plus);
    }

    /* Between the one that finds out who asks and the one that counts. */
    @Bean
    WebMvcConfigurer namedCallers() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new Naming()).order(1);
            }
        };
    }

    private static final class Naming implements HandlerInterceptor {
        @Override
        public boolean preHandle(
                HttpServletRequest request, HttpServletResponse response, Object handler) {
            String client = Objects.requireNonNullElse(request.getHeader(CLIENT), "local");
            new Caller(
                            client,
                            client,
                            Set.of(Scope.values()),
                            Objects.requireNonNullElse(request.getHeader(PLAN), "unlimited"))
                    .make(request);
            return true;
        }
    }

    @Bean
    @Primary
    LimitClock movedClock() {
        return handle -> LimitClock.OF_THE_DATABASE.now(handle).plus(AHEAD.get());
    }
}
