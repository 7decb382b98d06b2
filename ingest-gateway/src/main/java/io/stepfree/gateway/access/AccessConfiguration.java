package io.stepfree.gateway.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.schema.GatewaySchema;
import java.time.InstantSource;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Wires who may use the gateway. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AccessProperties.class, EndedKeysProperties.class})
public class AccessConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

    @Bean(initMethod = "prepare")
    Keys keys(
            Jdbi jdbi,
            GatewaySchema schema,
            GatewayProperties properties,
            EndedKeysProperties ended,
            MeterRegistry meters) {
        return new Keys(
                new KeyStore(properties.bounded(jdbi), schema, ended.keepEnded(), meters),
                InstantSource.system());
    }

    @Bean
    Callers callers(Keys keys, AccessProperties properties) {
        if (!properties.hasOther()) {
            log.warn(
                    "No first key is set: until a key is made, everybody on this machine may do everything, and nobody else anything");
        }
        return new Callers(
                keys,
                properties.first(),
                properties.jwt().issuer() == null ? null : new Tokens(properties.jwt()));
    }

    @Bean
    AccessInterceptor accessInterceptor(Callers callers) {
        return new AccessInterceptor(callers);
    }

    @Bean
    WebMvcConfigurer accessControlConfigurer(AccessInterceptor control) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(control);
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(control);
            }
        };
    }
}
