package io.stepfree.gateway;

import io.stepfree.gateway.access.AccessConfiguration;
import io.stepfree.gateway.access.AccessProperties;
import io.stepfree.gateway.access.Keys;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.ParametersInterceptor;
import io.stepfree.gateway.alerts.AlertBoard;
import io.stepfree.gateway.alerts.AlertOrders;
import io.stepfree.gateway.alerts.AlertsController;
import io.stepfree.gateway.audit.AuditConfiguration;
import io.stepfree.gateway.batches.BatchController;
import io.stepfree.gateway.batches.BatchProjection;
import io.stepfree.gateway.bulk.BulkConfiguration;
import io.stepfree.gateway.cache.CacheConfiguration;
import io.stepfree.gateway.compression.CompressionConfiguration;
import io.stepfree.gateway.deadletters.ActionIndex;
import io.stepfree.gateway.deadletters.DeadLetterController;
import io.stepfree.gateway.deadletters.DeadLetterIndex;
import io.stepfree.gateway.deadletters.KeepingController;
import io.stepfree.gateway.deadletters.KeepingOrders;
import io.stepfree.gateway.deadletters.PatternIndex;
import io.stepfree.gateway.deadletters.ReplayOrders;
import io.stepfree.gateway.deliveries.DeliveriesConfiguration;
import io.stepfree.gateway.edge.EdgeConfiguration;
import io.stepfree.gateway.edge.EdgeProperties;
import io.stepfree.gateway.edge.ProblemAdvice;
import io.stepfree.gateway.edge.ProblemAnswers;
import io.stepfree.gateway.edge.ProblemBodyAdvice;
import io.stepfree.gateway.edge.ProblemErrorController;
import io.stepfree.gateway.edge.ProblemValve;
import io.stepfree.gateway.edge.RequestIdFilter;
import io.stepfree.gateway.erasure.ErasureConfiguration;
import io.stepfree.gateway.findings.FindingsConfiguration;
import io.stepfree.gateway.health.HealthController;
import io.stepfree.gateway.health.QueueWatch;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.gateway.health.SystemHealth;
import io.stepfree.gateway.idempotency.ClaimedKeys;
import io.stepfree.gateway.keys.KeysController;
import io.stepfree.gateway.limits.LimitsConfiguration;
import io.stepfree.gateway.limits.Plans;
import io.stepfree.gateway.limits.ScanBuckets;
import io.stepfree.gateway.live.LiveConfiguration;
import io.stepfree.gateway.live.LiveStreams;
import io.stepfree.gateway.monitoring.BreakersController;
import io.stepfree.gateway.monitoring.MonitoringController;
import io.stepfree.gateway.monitoring.RecoveryDesk;
import io.stepfree.gateway.monitoring.ReliabilityIndex;
import io.stepfree.gateway.monitoring.SafetyWatch;
import io.stepfree.gateway.openapi.OpenApiConfiguration;
import io.stepfree.gateway.orders.OrderDesk;
import io.stepfree.gateway.problems.ProblemsController;
import io.stepfree.gateway.publish.GuardedPublisher;
import io.stepfree.gateway.replays.ManyReplayOrders;
import io.stepfree.gateway.replays.ReplayController;
import io.stepfree.gateway.replays.ReplayIndex;
import io.stepfree.gateway.reports.ReportsConfiguration;
import io.stepfree.gateway.scans.CursorKey;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.RecentScans;
import io.stepfree.gateway.scans.ScanCursors;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.gateway.scans.ScanListController;
import io.stepfree.gateway.scans.ScanPages;
import io.stepfree.gateway.scans.ScanProjection;
import io.stepfree.gateway.scans.ScansConfiguration;
import io.stepfree.gateway.schedules.SchedulesConfiguration;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.gateway.sites.SitesConfiguration;
import io.stepfree.gateway.trends.TrendsConfiguration;
import io.stepfree.gateway.waiting.WaitingConfiguration;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.database.DatabaseConfiguration;
import io.stepfree.platform.database.DirectMigration;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.health.PoolProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.recovery.Recoveries;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.platform.target.TargetProperties;
import io.stepfree.schemas.topic.Topics;
import java.time.Clock;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** Wires the gateway. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GatewayProperties.class, CursorProperties.class})
@Import({
    DatabaseConfiguration.class,
    AccessConfiguration.class,
    AuditConfiguration.class,
    BulkConfiguration.class,
    CacheConfiguration.class,
    CompressionConfiguration.class,
    DeliveriesConfiguration.class,
    EdgeConfiguration.class,
    ErasureConfiguration.class,
    FindingsConfiguration.class,
    LimitsConfiguration.class,
    LiveConfiguration.class,
    OpenApiConfiguration.class,
    ReportsConfiguration.class,
    ScansConfiguration.class,
    SchedulesConfiguration.class,
    SitesConfiguration.class,
    TrendsConfiguration.class,
    WaitingConfiguration.class
})
class GatewayConfiguration {

    @Bean
    ProblemAnswers problemAnswers(JsonMapper json, GatewayProperties properties) {
        return new ProblemAnswers(json, properties.retryAfter());
    }

    @Bean
    ProblemAdvice problemAdvice(ProblemAnswers answers) {
        return new ProblemAdvice(answers);
    }

    @Bean
    ProblemBodyAdvice problemBodyAdvice(ProblemAnswers answers) {
        return new ProblemBodyAdvice(answers);
    }

    @Bean
    ProblemErrorController problemErrorController(ProblemAnswers answers) {
        return new ProblemErrorController(answers);
    }

    @Bean
    ProblemsController problemsController() {
        return new ProblemsController();
    }

    /* Without an order it comes last, and so finds the valve that Spring Boot puts in. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemValve(ProblemAnswers answers) {
        return factory ->
                factory.addContextCustomizers(
                        context -> new ProblemValve(answers).install(context));
    }

    @Bean
    FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
        var registration = new FilterRegistrationBean<>(new RequestIdFilter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    JsonBody jsonBody(GatewayProperties properties, EdgeProperties edge) {
        return new JsonBody(Math.toIntExact(properties.bodyLimit().toBytes()), edge.bodyTimeout());
    }

    @Bean
    RecentScans recentScans(GatewayProperties properties) {
        return new RecentScans(properties.recentKeep(), properties.recentLimit());
    }

    @Bean
    ScanProjection scanProjection(Jdbi jdbi, GatewayProperties properties) {
        return new ScanProjection(properties.bounded(jdbi));
    }

    @Bean
    GuardedPublisher guardedPublisher(RecordPublisher publisher, Breakers breakers) {
        return new GuardedPublisher(publisher, breakers);
    }

    @Bean
    ScanIntake scanIntake(GuardedPublisher publisher, RecentScans recent, SecretSealer sealer) {
        return new ScanIntake(publisher, recent, sealer, Clock.systemUTC());
    }

    @Bean(initMethod = "prepare")
    GatewaySchema gatewaySchema(Jdbi jdbi, DirectMigration direct, GatewayProperties properties) {
        return new GatewaySchema(properties.bounded(jdbi), direct::runAtOnce);
    }

    @Bean
    ClaimedKeys claimedKeys(Jdbi jdbi, GatewaySchema schema, GatewayProperties properties) {
        return new ClaimedKeys(properties.bounded(jdbi), schema);
    }

    @Bean
    KeysController keysController(
            JsonBody bodies, Keys keys, AccessProperties properties, Plans plans) {
        return new KeysController(bodies, keys, properties, plans, InstantSource.system());
    }

    @Bean
    QueueBound queueBound(QueueWatch queue, GatewayProperties properties) {
        return new QueueBound(queue, properties.queueBound());
    }

    @Bean
    CursorKey cursorKey(
            CursorProperties cursors,
            Jdbi jdbi,
            GatewaySchema schema,
            GatewayProperties properties) {
        return cursors.cursorKey().isEmpty()
                ? CursorKey.shared(properties.bounded(jdbi), schema)
                : CursorKey.of(cursors.cursorKey());
    }

    @Bean
    ScanListController scanListController(
            Jdbi jdbi, CursorKey cursorKey, GatewayProperties properties) {
        return new ScanListController(
                new ScanPages(properties.bounded(jdbi), new ScanCursors(cursorKey)));
    }

    @Bean
    BatchController batchController(
            Jdbi jdbi, ScanIntake intake, LiveStreams streams, GatewayProperties properties) {
        return new BatchController(new BatchProjection(properties.bounded(jdbi)), intake, streams);
    }

    @Bean
    DeadLetterController deadLetterController(
            JsonBody bodies, Jdbi jdbi, OrderDesk desk, GatewayProperties properties) {
        return new DeadLetterController(
                bodies,
                new DeadLetterIndex(properties.bounded(jdbi)),
                new PatternIndex(properties.bounded(jdbi)),
                new ReplayOrders(desk));
    }

    @Bean
    KeepingController keepingController(
            JsonBody bodies, Jdbi jdbi, OrderDesk desk, GatewayProperties properties) {
        return new KeepingController(
                bodies,
                new DeadLetterIndex(properties.bounded(jdbi)),
                new ActionIndex(properties.bounded(jdbi)),
                new KeepingOrders(desk));
    }

    /*
     * Last, when it is known who asks. Probes may ask with anything, and many scans at once are
     * refused for their kind of body before their query is read, by whoever reads it.
     */
    @Bean
    WebMvcConfigurer knownParameters() {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new ParametersInterceptor())
                        .excludePathPatterns("/health/**", "/api/health/**", "/api/scans/bulk")
                        .order(Ordered.LOWEST_PRECEDENCE);
            }
        };
    }

    @Bean
    OrderDesk orderDesk(GuardedPublisher publisher) {
        return new OrderDesk(publisher, Clock.systemUTC());
    }

    @Bean
    AlertBoard alertBoard() {
        return new AlertBoard(InstantSource.system());
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> alertFollower(
            TopicListeners listeners, AlertBoard board) {
        return listeners.follower(
                Topics.OPS_ALERTS, "alert-board", (alert, _) -> board.tell(alert));
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> silenceFollower(
            TopicListeners listeners, AlertBoard board) {
        return listeners.follower(
                Topics.OPS_COMMANDS, "silence-board", (order, _) -> board.order(order));
    }

    @Bean
    SignalBoard signalBoard() {
        return new SignalBoard(InstantSource.system());
    }

    @Bean
    ConcurrentMessageListenerContainer<byte[], byte[]> signalFollower(
            TopicListeners listeners, SignalBoard board) {
        return listeners.follower(
                Topics.OPS_SIGNALS, "signal-board", (signal, _) -> board.hear(signal));
    }

    @Bean
    QueueWatch queueWatch(SignalBoard signals) {
        return new QueueWatch(signals);
    }

    @Bean
    SystemHealth systemHealth(
            HealthBoard own,
            Breakers breakers,
            SignalBoard signals,
            QueueWatch queue,
            ServiceIdentity identity) {
        return new SystemHealth(own, breakers, signals, queue, identity, InstantSource.system());
    }

    @Bean
    HealthController healthController(SystemHealth health, PoolProbe pool) {
        return new HealthController(health, pool, InstantSource.system());
    }

    @Bean
    RecoveryDesk recoveryDesk(Recoveries own, OrderDesk desk) {
        return new RecoveryDesk(own, desk);
    }

    @Bean
    BreakersController breakersController(
            Breakers breakers, SystemHealth health, RecoveryDesk desk) {
        return new BreakersController(breakers, health, desk);
    }

    @Bean
    SafetyWatch safetyWatch(
            SignalBoard signals,
            SystemHealth health,
            SecretSealer sealer,
            TargetProperties targets) {
        return new SafetyWatch(signals, health, sealer, targets.allow(), InstantSource.system());
    }

    @Bean
    MonitoringController monitoringController(
            JsonBody bodies,
            SystemHealth health,
            SignalBoard signals,
            QueueWatch queue,
            SafetyWatch safety,
            AlertBoard alerts,
            Jdbi jdbi,
            DeadLetterController deadLetters,
            RecoveryDesk recoveries,
            ScanBuckets buckets,
            Plans plans,
            GatewayProperties properties) {
        InstantSource clock = InstantSource.system();
        return new MonitoringController(
                bodies,
                health,
                signals,
                queue,
                safety,
                alerts,
                new ReliabilityIndex(properties.bounded(jdbi), clock),
                new DeadLetterIndex(properties.bounded(jdbi)),
                deadLetters,
                recoveries,
                client -> buckets.look(client, plans.limitingScans()),
                clock);
    }

    @Bean
    AlertsController alertsController(
            JsonBody bodies, SignalBoard signals, AlertBoard board, OrderDesk desk) {
        return new AlertsController(bodies, signals, board, new AlertOrders(desk));
    }

    @Bean
    ReplayController replayController(
            JsonBody bodies, Jdbi jdbi, OrderDesk desk, GatewayProperties properties) {
        return new ReplayController(
                bodies,
                new ReplayIndex(properties.bounded(jdbi)),
                new ManyReplayOrders(desk, properties.recentKeep(), properties.recentLimit()));
    }
}
