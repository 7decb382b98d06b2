package io.stepfree.gateway.sites;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.SiteAdmission;
import io.stepfree.gateway.idempotency.ClaimedKeys;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.publish.GuardedPublisher;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.target.TargetPolicy;
import java.time.Clock;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires how sites are taken in and shown. */
@Configuration(proxyBeanMethods = false)
public class SitesConfiguration {

    @Bean
    SiteIntake siteIntake(
            GuardedPublisher publisher, ScanIntake scans, GatewayProperties properties) {
        return new SiteIntake(
                publisher,
                scans,
                Clock.systemUTC(),
                properties.recentKeep(),
                properties.recentLimit());
    }

    @Bean
    SiteController siteController(
            Allowances allowances,
            QueueBound queue,
            JsonBody bodies,
            TargetPolicy targets,
            SiteIntake intake,
            ClaimedKeys keys,
            Jdbi jdbi,
            GatewayProperties properties) {
        return new SiteController(
                allowances,
                queue,
                bodies,
                new SiteAdmission(targets),
                intake,
                new OncePerKey(keys),
                new SiteProjection(properties.bounded(jdbi)));
    }
}
