package io.stepfree.platform.tracing;

import io.stepfree.platform.boot.ServiceIdentity;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires where traces are sent. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingProperties.class)
public class TracingConfiguration {

    @Bean
    TraceExport traceExport(TracingProperties properties, ServiceIdentity identity) {
        return TraceExport.of(properties, identity);
    }
}
