package io.stepfree.platform.errors;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceIdentity;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires where errors go that nobody has foreseen. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SentryProperties.class)
public class ErrorConfiguration {

    @Bean(destroyMethod = "uninstall")
    UnhandledErrors unhandledErrors(MeterRegistry meters) {
        return UnhandledErrors.install(meters);
    }

    @Bean
    SentryReporting sentryReporting(SentryProperties properties, ServiceIdentity identity) {
        return SentryReporting.of(properties, identity);
    }
}
