package io.stepfree.gateway.scans;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.access.Callers;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.cache.ResultCache;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.ClaimedKeys;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.live.LiveStreams;
import io.stepfree.gateway.waiting.EndWaits;
import io.stepfree.platform.target.TargetPolicy;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires the scans over HTTP. */
@Configuration(proxyBeanMethods = false)
public class ScansConfiguration {

    @Bean
    ShownScans shownScans(JsonMapper json) {
        return new ShownScans(json);
    }

    @Bean
    StoredResults storedResults(Jdbi jdbi, ShownScans shown, GatewayProperties properties) {
        return new StoredResults(properties.bounded(jdbi), shown);
    }

    @Bean
    SubmitController submitController(
            Allowances allowances,
            QueueBound queue,
            JsonBody bodies,
            TargetPolicy targets,
            ScanIntake intake,
            ClaimedKeys keys,
            ScanProjection projection,
            ShownScans shown,
            ResultCache cache,
            EndWaits waits,
            Callers callers,
            CallbackBook callbacks) {
        return new SubmitController(
                allowances,
                queue,
                bodies,
                new ScanAdmission(targets),
                intake,
                new OncePerKey(keys),
                projection,
                shown,
                new EarlierResults(cache),
                waits,
                callers,
                callbacks);
    }

    @Bean
    ScanController scanController(
            ScanIntake intake, RecentScans recent, ScanProjection projection, LiveStreams streams) {
        return new ScanController(intake, recent, projection, streams);
    }

    @Bean
    KnownScans knownScans(ScanProjection projection, RecentScans recent) {
        return new KnownScans(projection, recent);
    }

    @Bean
    ResultController resultController(KnownScans scans, ShownScans shown) {
        return new ResultController(scans, shown);
    }
}
