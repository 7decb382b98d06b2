package io.stepfree.gateway.schedules;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.access.AccessProperties;
import io.stepfree.gateway.access.Keys;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.ClaimedKeys;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.target.TargetPolicy;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.json.JsonMapper;

/** Wires recurring scans. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ScheduleProperties.class)
public class SchedulesConfiguration {

    @Bean
    ScheduleStore scheduleStore(
            Jdbi jdbi,
            GatewaySchema schema,
            SecretSealer sealer,
            JsonMapper json,
            GatewayProperties gateway) {
        return new ScheduleStore(gateway.bounded(jdbi), schema, sealer, json);
    }

    @Bean
    SchedulesController schedulesController(
            JsonBody bodies,
            TargetPolicy targets,
            ScanIntake intake,
            CallbackBook callbacks,
            ScheduleStore store,
            ScheduleProperties properties) {
        return new SchedulesController(
                bodies,
                new ScanAdmission(targets),
                intake,
                callbacks,
                store,
                properties,
                InstantSource.system());
    }

    @Bean
    ScheduledRuns scheduledRuns(
            ScheduleStore store,
            Keys keys,
            AccessProperties access,
            TargetPolicy targets,
            Allowances allowances,
            QueueBound queue,
            ScanIntake intake,
            CallbackBook callbacks,
            ClaimedKeys claimed,
            MeterRegistry meters) {
        InstantSource clock = InstantSource.system();
        return new ScheduledRuns(
                store,
                new Standing(keys, access.jwt().issuer() != null, clock),
                new ScanAdmission(targets),
                allowances,
                queue,
                intake,
                callbacks,
                new OncePerKey(claimed),
                meters,
                clock);
    }

    /* Before the keys: a schedule without any would go on by the plan that it was made with. */
    @Bean
    @Order(1)
    ErasableStore erasableSchedules() {
        return ScheduleStore.erasable();
    }

    @Bean(initMethod = "start")
    AlarmClock alarmClock(
            DataSource database,
            GatewaySchema schema,
            ScheduledRuns runs,
            ScheduleProperties properties,
            ServiceIdentity identity) {
        return new AlarmClock(database, schema, runs, properties, identity.instance());
    }
}
