package io.stepfree.gateway.compression;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Wires how answers are made smaller; gzip is the web server's, see ingest-gateway.yaml. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CompressionProperties.class)
public class CompressionConfiguration {

    /* After the one that gives a request its id, before all that answer. */
    @Bean
    FilterRegistrationBean<BrotliFilter> brotliFilter(CompressionProperties properties) {
        var registration = new FilterRegistrationBean<>(new BrotliFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        registration.setEnabled(properties.enabled());
        return registration;
    }
}
