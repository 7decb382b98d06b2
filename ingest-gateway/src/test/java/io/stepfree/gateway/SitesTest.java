package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteCommandKind;
import io.stepfree.schemas.scan.SiteRequest;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class SitesTest {

    private final RunningGateway gateway;

    SitesTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void aCrawlIsAcceptedOnceItIsPublishedAndShownAtOnce() {
        Answer answer =
                gateway.post(
                        "/api/sites",
                        """
                        {"url": "https://Example.com/docs#top"}
                        """);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        String id = answer.json().path("id").asString();
        assertThat(answer.header("Location")).isEqualTo("/api/sites/" + id);
        assertThat(answer.json().path("batch").asString()).isEqualTo("site-" + id);
        assertThat(answer.json().path("pages").asInt()).isEqualTo(500);

        ConsumerRecord<String, SiteCommand> order = orders(id).getFirst();
        assertThat(order.key()).isEqualTo(id);
        assertThat(order.value().getKind()).isEqualTo(SiteCommandKind.SUBMIT);
        SiteRequest site = Objects.requireNonNull(order.value().getRequest());
        assertThat(site.getStart()).startsWith("https://example.com/docs");
        assertThat(site.getSitemaps()).isFalse();
        assertThat(site.getDepth()).isEqualTo(5);
        assertThat(site.getPages()).isEqualTo(500);
        assertThat(site.getSaturation()).isEqualTo(50);
        assertThat(site.getObeyRobots()).isTrue();
        assertThat(site.getPage().getBatchId()).isEqualTo("site-" + id);
        assertThat(site.getPage().getPriority()).isEqualTo(Priority.LOW);
        assertThat(site.getPage().getClient()).isEqualTo("local");

        JsonNode shown = gateway.get("/api/sites/" + id).json();
        assertThat(shown.path("status").asString()).isEqualTo("exploring");
        assertThat(shown.path("from").asString()).isEqualTo("crawl");
        assertThat(shown.path("pages").path("limit").asInt()).isEqualTo(500);
    }

    @Test
    void everythingThatIsChosenIsPublished() {
        Answer answer =
                gateway.post(
                        "/api/sites",
                        """
                        {"url": "https://example.com/", "sitemap": "https://cdn.example.com/map.xml.gz", "pages": 7,
                         "include": ["/docs/**"], "exclude": ["**/print/*", "/old"], "saturation": 0, "robots": "ignore",
                         "standard": "wcag21aa", "priority": "high", "options": {"device": "phone"}}
                        """);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        SiteRequest site =
                Objects.requireNonNull(
                        orders(answer.json().path("id").asString())
                                .getFirst()
                                .value()
                                .getRequest());
        assertThat(site.getSitemaps()).isTrue();
        assertThat(site.getSitemap()).isEqualTo("https://cdn.example.com/map.xml.gz");
        assertThat(site.getPages()).isEqualTo(7);
        assertThat(site.getInclude()).containsExactly("/docs/**");
        assertThat(site.getExclude()).containsExactly("**/print/*", "/old");
        assertThat(site.getSaturation()).isZero();
        assertThat(site.getObeyRobots()).isFalse();
        assertThat(site.getPage().getStandard()).isEqualTo("wcag21aa");
        assertThat(site.getPage().getPriority()).isEqualTo(Priority.HIGH);
        assertThat(site.getPage().getOptions().getDevice()).isEqualTo("phone");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | /url | is required",
                "{\"url\": \"http://10.0.0.1/\"} | /url | not a public address",
                "{\"url\": \"https://example.com/\", \"sitemap\": \"http://localhost/s.xml\"} | /sitemap | not a public name",
                "{\"url\": \"https://example.com/\", \"sitemap\": 7} | /sitemap | must be true or false",
                "{\"url\": \"https://example.com/\", \"sitemap\": true, \"depth\": 3} | /depth | does not go with sitemap",
                "{\"url\": \"https://example.com/\", \"depth\": 51} | /depth | from 0 to 50",
                "{\"url\": \"https://example.com/\", \"pages\": 10001} | /pages | from 1 to 10,000",
                "{\"url\": \"https://example.com/\", \"include\": \"/a\"} | /include | must be an array of strings",
                "{\"url\": \"https://example.com/\", \"include\": [\"docs/**\"]} | /include | must begin with / or *",
                "{\"url\": \"https://example.com/\", \"robots\": \"no\"} | /robots | must be one of obey, ignore",
                "{\"url\": \"https://example.com/\", \"batch\": \"mine\"} | /batch | is not known",
                "{\"url\": \"https://example.com/\", \"options\": {\"headers\": {\"X-A\": \"b\"}}} | /options | cannot be used for a site"
            })
    void whatIsWrongIsNamedAndNothingIsPublished(String body, String pointer, String detail) {
        long before = gateway.published(Topics.SITE_COMMANDS);

        Answer answer = gateway.post("/api/sites", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().path("errors").path(0).path("pointer").asString())
                .isEqualTo(pointer);
        assertThat(answer.json().path("errors").path(0).path("detail").asString()).contains(detail);
        assertThat(gateway.published(Topics.SITE_COMMANDS)).isEqualTo(before);
    }

    @Test
    void aPatternThatIsTooLongAndTooManyOfThemAreRefused() {
        Answer answer =
                gateway.post(
                        "/api/sites",
                        """
                        {"url": "https://example.com/", "include": ["/%s"], "exclude": [%s"/z"]}
                        """
                                .formatted("a".repeat(200), "\"/a\", ".repeat(20)));

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body())
                .contains("the pattern has 201 characters, more than 200")
                .contains("has 21 patterns, more than 20");
    }

    @Test
    void aKeyThatComesAgainMeansTheSameSiteAndNoScan() {
        String key = UUID.randomUUID().toString();

        Answer first = keyed("/api/sites", key);
        Answer second = keyed("/api/sites", key);

        assertThat(first.status()).as(first.body()).isEqualTo(202);
        assertThat(second.json().path("id")).isEqualTo(first.json().path("id"));
        assertThat(orders(first.json().path("id").asString())).hasSize(1);
        assertThat(keyed("/api/scans", key).status()).isEqualTo(422);
    }

    @Test
    void aSiteTellsHowFarItIsAndWhyItStopped() {
        String id = project("local", "\"stopped\": \"saturation\",", false);

        JsonNode site = gateway.get("/api/sites/" + id).json();

        assertThat(site.path("status").asString()).isEqualTo("finishing");
        assertThat(site.path("stopped").asString()).isEqualTo("saturation");
        assertThat(site.path("pages").path("found").asInt()).isEqualTo(60);
        assertThat(site.path("skipped").path("robots").asInt()).isEqualTo(3);
        assertThat(site.path("coverage").path("pagesSinceNew").asInt()).isEqualTo(50);
        assertThat(site.path("problems").path(0).asString()).isEqualTo("one problem");
        assertThat(site.path("failure").isMissingNode()).isTrue();
        assertThat(site.path("updatedAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(site.path("links").path("scans").asString())
                .isEqualTo("/api/scans?batch=site-" + id);
    }

    @Test
    void theSiteOfAnotherClientIsNotFound() {
        String id = project("acme", "", false);

        assertThat(gateway.get("/api/sites/" + id).status()).isEqualTo(404);
        assertThat(gateway.delete("/api/sites/" + id).status()).isEqualTo(404);
        assertThat(orders(id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody-knows-it", "019ac000-0000-7000-8000-000000000000"})
    void anUnknownSiteIsNotFound(String id) {
        assertThat(gateway.get("/api/sites/" + id).status()).isEqualTo(404);
    }

    @Test
    void theCancelOfASiteIsPublishedUnlessItHasEnded() {
        String open = project("local", "", false);
        String ended = project("local", "\"stopped\": \"complete\",", true);

        Answer answer = gateway.delete("/api/sites/" + open);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(orders(open))
                .singleElement()
                .satisfies(order ->
                        assertThat(order.value().getKind()).isEqualTo(SiteCommandKind.CANCEL));
        Answer tooLate = gateway.delete("/api/sites/" + ended);
        assertThat(tooLate.status()).isEqualTo(409);
        assertThat(tooLate.json().path("detail").asString()).contains("has ended");
        assertThat(orders(ended)).isEmpty();
    }

    private Answer keyed(String path, String key) {
        return gateway.send(
                gateway.request(path)
                        .header("Content-Type", RunningGateway.JSON)
                        .header("Idempotency-Key", "\"%s\"".formatted(key))
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"url\": \"https://example.com/\"}")));
    }

    private String project(String client, String more, boolean ended) {
        String id = gateway.bean(ScanIntake.class).newId();
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.site_view VALUES (?, ?, ?::jsonb, '2026-01-01T10:00:00Z')",
                                id,
                                client,
                                """
                                {"url": "https://example.com/", "from": "crawl", "requestId": "request-1", %s
                                 "submittedAt": "2026-01-01T09:00:00Z", "ended": %s,
                                 "pages": {"limit": 500, "found": 60, "waiting": 0, "submitted": 57, "completed": 55,
                                           "deadLettered": 1, "cancelled": 0},
                                 "skipped": {"robots": 3, "depth": 0, "pattern": 0, "duplicate": 0, "canonical": 0,
                                             "limit": 0, "stopped": 0},
                                 "otherSite": 4, "sitemaps": 0,
                                 "coverage": {"templates": 2, "rules": 5, "pagesSinceNew": 50},
                                 "problems": ["one problem"]}
                                """
                                        .formatted(more, ended)));
        return id;
    }

    private List<ConsumerRecord<String, SiteCommand>> orders(String siteId) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SITE_COMMANDS)) {
            return probe.received().stream()
                    .filter(record -> record.value().getSiteId().equals(siteId))
                    .toList();
        }
    }
}
