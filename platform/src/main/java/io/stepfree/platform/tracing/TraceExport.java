package io.stepfree.platform.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.stepfree.platform.boot.ServiceIdentity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends spans by OTLP, in the background; a collector that is away costs nothing but the spans.
 * Nothing of it runs while there is no endpoint. Where several services share a process, the first
 * of them sends for all. Thread-safe.
 */
final class TraceExport implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final @Nullable OpenTelemetrySdk telemetry;

    private TraceExport(@Nullable OpenTelemetrySdk telemetry) {
        this.telemetry = telemetry;
    }

    static TraceExport of(TracingProperties properties, ServiceIdentity identity) {
        if (!properties.enabled() || Traces.areOn()) {
            return new TraceExport(null);
        }
        var exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(properties.endpoint())
                        .setTimeout(LONGEST)
                        .build();
        var resource =
                Resource.getDefault()
                        .merge(
                                Resource.create(
                                        Attributes.builder()
                                                .put("service.name", identity.service())
                                                .put("service.namespace", "stepfree")
                                                .put("service.version", identity.version())
                                                .put("service.instance.id", identity.instance())
                                                .build()));
        var provider =
                SdkTracerProvider.builder()
                        .setResource(resource)
                        .setSampler(
                                Sampler.parentBased(
                                        Sampler.traceIdRatioBased(properties.sampling())))
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(exporter)
                                        .setScheduleDelay(PAUSE)
                                        .build())
                        .build();
        var telemetry = OpenTelemetrySdk.builder().setTracerProvider(provider).build();
        Traces.to(telemetry);
        return new TraceExport(telemetry);
    }

    @Override
    public void close() {
        if (telemetry != null) {
            Traces.to(null);
            telemetry.close();
        }
    }
}
