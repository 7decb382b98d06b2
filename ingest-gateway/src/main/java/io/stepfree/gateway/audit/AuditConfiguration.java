package io.stepfree.gateway.audit;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.schema.GatewaySchema;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Wires what is remembered of who changed what. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditProperties.class)
public class AuditConfiguration {

    @Bean
    AuditStore auditStore(
            Jdbi jdbi, GatewaySchema schema, GatewayProperties gateway, AuditProperties audit) {
        return new AuditStore(gateway.bounded(jdbi), schema, audit.keep());
    }

    @Bean
    AuditTrail auditTrail(AuditStore store) {
        return new AuditTrail(store, InstantSource.system());
    }

    @Bean
    AuditController auditController(AuditStore store) {
        return new AuditController(store);
    }

    @Bean
    WebMvcConfigurer auditing(AuditTrail trail) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new AuditInterceptor(trail))
                        .order(Ordered.HIGHEST_PRECEDENCE);
            }
        };
    }
}
