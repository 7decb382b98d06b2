package io.stepfree.load.results;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topics;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Ends scans well as scheduler and worker would, with reports of a given size. For one thread. */
public final class Results implements AutoCloseable {

    private final RegistryClient registry;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    public Results(String brokers, URI address) {
        registry = new RegistryClient(RegistryEndpoint.of(address));
        producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers),
                        new StringSerializer(),
                        new AvroSerdes(registry).serializer());
    }

    /** A page that was scanned: its address, and the scan. */
    public record Page(String url, String scanId) {}

    /** Ends the scan of a page of one shop. */
    public Page scanned(int number) {
        return scanned(number, "shop.example", ResultSize.LARGE);
    }

    /** Ends the scan of a page of this host, which decides on the partition. */
    public Page scanned(int number, String host, ResultSize size) {
        ScanResult result = result(number, host, size.rules(), size.elementsOfEach());
        ScanRequest request = result.getRequest();
        send(
                Topics.SCAN_EVENTS.name(),
                request.getScanId(),
                ScanEvent.newBuilder()
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setKind(EventKind.ACCEPTED)
                        .setAt(request.getSubmittedAt())
                        .setRequest(request)
                        .build());
        send(Topics.SCAN_RESULTS.name(), request.getHost(), result);
        return new Page(request.getUrl(), request.getScanId());
    }

    /** The result of a scan that violated so many rules, each by so many elements. */
    public static ScanResult result(int number, String host, int rules, int elementsOfEach) {
        String url = "https://%s/products/%d?size=l".formatted(host, number);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return ScanResult.newBuilder()
                .setRequest(
                        ScanRequest.newBuilder()
                                .setScanId(UUID.randomUUID().toString())
                                .setRequestId("benchmark-" + number)
                                .setUrl(url)
                                .setHost(host)
                                .setOptions(ScanOptions.newBuilder().build())
                                .setSubmittedAt(now)
                                .build())
                .setAttempt(1)
                .setWorker("benchmark")
                .setStartedAt(now)
                .setCompletedAt(now)
                .setEarlierFailures(List.of())
                .setPage(page(url, rules, elementsOfEach))
                .build();
    }

    /** Waits until the broker has all of it. */
    public void flush() {
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new MeasurementException(
                    "A result was not taken (%s).".formatted(failed), failed);
        }
    }

    private static PageResult page(String url, int rules, int elementsOfEach) {
        return PageResult.newBuilder()
                .setFinalUrl(url)
                .setTitle("A product")
                .setHttpStatus(200)
                .setLanguage("en")
                .setEngine("axe-core 4.14.1")
                .setBrowser("Chromium 156")
                .setViolations(
                        IntStream.range(0, rules)
                                .mapToObj(rule -> finding(rule, elementsOfEach))
                                .toList())
                .setNeedsReview(List.of())
                .setPasses(40)
                .setInapplicable(30)
                .setWarnings(List.of())
                .setTimings(Map.of("engine", 400L))
                .setScore(60)
                .setElements(900)
                .build();
    }

    private static Finding finding(int rule, int elements) {
        return Finding.newBuilder()
                .setRule("rule-" + rule)
                .setImpact(Impact.SERIOUS)
                .setHelp("Elements must have what they need")
                .setHelpUrl("https://rules.example/rule-" + rule)
                .setDescription("Ensures that elements have what they need")
                .setSuccessCriteria(List.of("1.4.3"))
                .setTags(List.of("wcag2aa", "wcag143"))
                .setNodeCount(elements)
                .setNodes(
                        IntStream.range(0, elements)
                                .mapToObj(element -> node(rule, element))
                                .toList())
                .build();
    }

    private static FindingNode node(int rule, int element) {
        return FindingNode.newBuilder()
                .setTarget(List.of("#main > .card:nth-child(%d) > .price".formatted(element)))
                .setHtml(
                        "<span class=\"price\" data-rule=\"%d\">%s</span>"
                                .formatted(rule, "9.99 ".repeat(20)))
                .setSummary("Fix any of the following: the element has a contrast of 2.1")
                .setImpact(Impact.SERIOUS)
                .setFingerprint("%08x".formatted(rule * 1_000 + element))
                .build();
    }

    private void send(String topic, String key, SpecificRecord value) {
        var _ =
                producer.send(
                        new ProducerRecord<>(topic, key, value),
                        (_, refused) -> {
                            if (refused != null) {
                                failure.set(refused);
                            }
                        });
    }

    @Override
    public void close() {
        producer.close();
        registry.close();
    }
}
