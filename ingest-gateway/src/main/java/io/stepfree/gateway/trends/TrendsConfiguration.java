package io.stepfree.gateway.trends;

import io.stepfree.gateway.GatewayProperties;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires how trends are shown. */
@Configuration(proxyBeanMethods = false)
public class TrendsConfiguration {

    @Bean
    TrendsController trendsController(Jdbi jdbi, GatewayProperties properties) {
        return new TrendsController(
                new TrendProjection(properties.bounded(jdbi)), InstantSource.system());
    }
}
