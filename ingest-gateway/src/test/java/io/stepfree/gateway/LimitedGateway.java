package io.stepfree.gateway;

import io.stepfree.gateway.limits.Asker;
import io.stepfree.gateway.limits.Askers;
import io.stepfree.gateway.limits.LimitClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

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

    @Bean
    @Primary
    Askers namedAskers() {
        return request ->
                new Asker(
                        Objects.requireNonNullElse(request.getHeader(CLIENT), "local"),
                        Objects.requireNonNullElse(request.getHeader(PLAN), "unlimited"));
    }

    @Bean
    @Primary
    LimitClock movedClock() {
        return handle -> LimitClock.OF_THE_DATABASE.now(handle).plus(AHEAD.get());
    }
}
