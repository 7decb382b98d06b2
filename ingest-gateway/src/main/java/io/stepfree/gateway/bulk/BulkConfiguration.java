package io.stepfree.gateway.bulk;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.ClaimedKeys;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.target.TargetPolicy;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires how many scans are taken at once. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BulkProperties.class)
public class BulkConfiguration {

    @Bean
    BulkController bulkController(
            TargetPolicy targets,
            ScanIntake intake,
            ClaimedKeys keys,
            Allowances allowances,
            QueueBound queue,
            CallbackBook callbacks,
            BulkProperties properties,
            GatewayProperties gateway) {
        return new BulkController(
                new BulkIntake(
                        new ScanAdmission(targets),
                        intake,
                        new OncePerKey(keys),
                        queue,
                        callbacks,
                        properties,
                        Math.toIntExact(gateway.bodyLimit().toBytes())),
                allowances);
    }

    /* Whoever asks before sending a large body (Expect: 100-continue) hears of a refusal first. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> continueWhenRead() {
        return factory ->
                factory.addConnectorCustomizers(connector -> {
                    if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                        http.setContinueResponseTiming("onRead");
                    }
                });
    }
}
