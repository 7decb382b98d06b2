package io.stepfree.gateway.limits;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.access.AccessProperties;
import io.stepfree.gateway.schema.GatewaySchema;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Wires what clients may, and how it is counted. */
@Configuration(proxyBeanMethods = false)
public class LimitsConfiguration {

    @Bean
    Plans plans(GatewayProperties properties, AccessProperties access) {
        var plans = Plans.of(properties.plans());
        String ofTokens = access.jwt().plan();
        if (plans.find(ofTokens).isEmpty()) {
            throw new IllegalArgumentException(
                    "stepfree.gateway.access.jwt.plan %s is no plan; there are %s"
                            .formatted(ofTokens, String.join(", ", plans.names())));
        }
        return plans;
    }

    @Bean
    RefusedRequests refusedRequests(MeterRegistry meters) {
        return new RefusedRequests(meters);
    }

    @Bean
    RequestRates ratesOfRequests(Plans plans, RefusedRequests refused) {
        return new RequestRates(plans, refused, TimeMeter.SYSTEM_NANOTIME);
    }

    @Bean
    RequestRateInterceptor requestRateInterceptor(RequestRates rates) {
        return new RequestRateInterceptor(rates);
    }

    /* Behind the one that finds out who asks, and before what looks at the request. */
    @Bean
    WebMvcConfigurer requestRates(RequestRateInterceptor rates) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(rates).order(Ordered.LOWEST_PRECEDENCE - 1);
            }
        };
    }

    @Bean
    LimitClock limitClock() {
        return LimitClock.OF_THE_DATABASE;
    }

    @Bean
    ScanBuckets scanBuckets(
            Jdbi jdbi, GatewaySchema schema, LimitClock clock, GatewayProperties properties) {
        return new ScanBuckets(properties.bounded(jdbi), schema, clock, properties.readTimeout());
    }

    @Bean
    Allowances allowances(Plans plans, ScanBuckets buckets, RefusedRequests refused) {
        return new Allowances(plans, buckets, refused);
    }

    @Bean
    RateLimitController rateLimitController(Plans plans, Allowances allowances) {
        return new RateLimitController(plans, allowances);
    }
}
