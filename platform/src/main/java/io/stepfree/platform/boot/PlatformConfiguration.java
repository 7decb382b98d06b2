package io.stepfree.platform.boot;

import io.stepfree.platform.errors.ErrorConfiguration;
import io.stepfree.platform.health.HealthConfiguration;
import io.stepfree.platform.kafka.KafkaConfiguration;
import io.stepfree.platform.recovery.RecoveryConfiguration;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.signal.SignalConfiguration;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import io.stepfree.platform.tracing.TracingConfiguration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What every service is wired with. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    TargetProperties.class,
    SecretProperties.class,
    LogProperties.class
})
@Import({
    KafkaConfiguration.class,
    ErrorConfiguration.class,
    HealthConfiguration.class,
    RecoveryConfiguration.class,
    SignalConfiguration.class,
    TracingConfiguration.class
})
public class PlatformConfiguration {

    @Bean
    ServiceIdentity serviceIdentity(@Value("${spring.application.name}") String name) {
        return ServiceIdentity.of(name);
    }

    @Bean
    TargetPolicy targetPolicy(TargetProperties properties) {
        return TargetPolicy.of(properties);
    }

    @Bean
    SecretSealer secretSealer(SecretProperties properties) {
        return SecretSealer.of(properties);
    }
}
