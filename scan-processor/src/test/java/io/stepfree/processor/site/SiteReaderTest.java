package io.stepfree.processor.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.processor.scan.TestPages;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.SiteDocument;
import io.stepfree.schemas.scan.SiteDocumentKind;
import io.stepfree.schemas.scan.SiteFetch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents come from a real server, through the real way out. */
final class SiteReaderTest {

    private final TestPages pages = new TestPages();
    private final TestPages inside = new TestPages();
    private final TestEgress egress = new TestEgress();
    private final SiteReader reader =
            new SiteReader(egress.allowing(List.of("127.0.0.1:" + pages.port())));

    @AfterEach
    void close() {
        egress.close();
        pages.close();
        inside.close();
    }

    @Test
    void theStartOfACrawlIsJudgedButNotFetched() throws InterruptedException {
        pages.answer("/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /private\n");

        SiteDocument open = read(SiteDocumentKind.START, pages.address("/open"));
        assertThat(open.getLinks()).containsExactly(pages.address("/open"));
        SiteDocument forbidden = read(SiteDocumentKind.START, pages.address("/private/a"));
        assertThat(forbidden.getLinks()).isEmpty();
        assertThat(forbidden.getForbidden()).containsExactly(pages.address("/private/a"));
        assertThat(pages.asked()).containsExactly("/robots.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/"})
    void anAddressThatMayNotBeVisitedIsNotFetched(String url) throws InterruptedException {
        for (SiteDocumentKind kind :
                List.of(
                        SiteDocumentKind.START,
                        SiteDocumentKind.SITEMAPS,
                        SiteDocumentKind.SITEMAP)) {
            assertThat(failure(kind, url).getType()).isEqualTo(FailureType.UNSAFE_TARGET);
        }
    }

    @Test
    void aNameThatLeadsInsideIsNotFetched() throws InterruptedException {
        egress.name("rebound.test", "127.0.0.1");
        inside.answer("/sitemap.xml", 200, "text/xml", sitemap("http://rebound.test/a"));

        Failure failure =
                failure(
                        SiteDocumentKind.SITEMAP,
                        "http://rebound.test:%d/sitemap.xml".formatted(inside.port()));

        assertThat(failure.getType()).isEqualTo(FailureType.UNSAFE_TARGET);
        assertThat(inside.asked()).isEmpty();
    }

    @Test
    void aRedirectInwardsIsNotFollowed() throws InterruptedException {
        inside.answer("/secret.xml", 200, "text/xml", sitemap(pages.address("/a")));
        pages.answer("/sitemap.xml", exchange -> redirect(exchange, inside.address("/secret.xml")));

        Failure failure = failure(SiteDocumentKind.SITEMAP, pages.address("/sitemap.xml"));

        assertThat(failure.getType()).isEqualTo(FailureType.UNSAFE_TARGET);
        assertThat(inside.asked()).isEmpty();
    }

    @Test
    void aRedirectIsFollowedAndOneThatTurnsInACircleIsNot() throws InterruptedException {
        pages.answer("/sitemap.xml", exchange -> redirect(exchange, "/moved/map.xml"));
        pages.answer("/moved/map.xml", 200, "text/xml", sitemap(pages.address("/a")));
        pages.answer("/circle.xml", exchange -> redirect(exchange, "/circle.xml"));

        assertThat(read(SiteDocumentKind.SITEMAP, pages.address("/sitemap.xml")).getLinks())
                .containsExactly(pages.address("/a"));
        assertThat(failure(SiteDocumentKind.SITEMAP, pages.address("/circle.xml")).getMessage())
                .contains("redirects more than 5 times");
    }

    @Test
    void theSitemapsOfASiteAreThoseThatRobotsTxtNames() throws InterruptedException {
        pages.answer(
                "/robots.txt",
                200,
                "text/plain",
                "User-agent: *\nDisallow: /x\nSitemap: %s\nSitemap: https://cdn.example/m.xml.gz\n"
                        .formatted(pages.address("/map.xml")));

        assertThat(read(SiteDocumentKind.SITEMAPS, pages.address("/")).getSitemaps())
                .containsExactly(pages.address("/map.xml"), "https://cdn.example/m.xml.gz");
    }

    @Test
    void aSiteThatNamesNoSitemapIsAskedForTheUsualOne() throws InterruptedException {
        assertThat(read(SiteDocumentKind.SITEMAPS, pages.address("/deep/page")).getSitemaps())
                .containsExactly(pages.address("/sitemap.xml"));
    }

    @Test
    void anIndexNamesItsSitemaps() throws InterruptedException {
        pages.answer(
                "/index.xml",
                200,
                "text/xml",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
                  <sitemap><loc>%s</loc></sitemap>
                  <sitemap><loc>%s</loc></sitemap>
                </sitemapindex>
                """
                        .formatted(pages.address("/1.xml"), pages.address("/2.xml.gz")));

        SiteDocument document = read(SiteDocumentKind.SITEMAP, pages.address("/index.xml"));

        assertThat(document.getSitemaps())
                .containsExactly(pages.address("/1.xml"), pages.address("/2.xml.gz"));
        assertThat(document.getLinks()).isEmpty();
    }

    @Test
    void aCompressedSitemapTellsPagesOfItsSiteOnlyAndEachOnce() throws InterruptedException {
        pages.answer("/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /private\n");
        String map =
                sitemap(
                        pages.address("/a"),
                        pages.address("/a#part"),
                        pages.address("/b/../c"),
                        pages.address("/private/d"),
                        "https://other.example/");
        gzip("/map.xml.gz", out -> out.write(map.getBytes(StandardCharsets.UTF_8)));

        SiteDocument document = read(SiteDocumentKind.SITEMAP, pages.address("/map.xml.gz"));

        assertThat(document.getLinks()).containsExactly(pages.address("/a"), pages.address("/c"));
        assertThat(document.getForbidden()).containsExactly(pages.address("/private/d"));
        assertThat(document.getOtherSite()).isEqualTo(1);
    }

    @Test
    void aLargeSitemapComesInPartsThatFitIntoRecords() throws Exception {
        pages.answer(
                "/map.xml",
                200,
                "text/xml",
                sitemap(
                        IntStream.range(0, 2_500)
                                .mapToObj(i -> pages.address("/page/" + "x".repeat(500) + i))
                                .toArray(String[]::new)));

        List<SiteDocument> parts =
                reader.read(fetch(SiteDocumentKind.SITEMAP, pages.address("/map.xml")));

        assertThat(parts.stream().mapToInt(part -> part.getLinks().size()).sum()).isEqualTo(2_500);
        assertThat(parts)
                .extracting(SiteDocument::getPart)
                .containsExactlyElementsOf(IntStream.range(0, parts.size()).boxed().toList());
        assertThat(parts.getLast().getLast()).isTrue();
        assertThat(parts.subList(0, parts.size() - 1)).noneMatch(SiteDocument::getLast);
        for (SiteDocument part : parts) {
            assertThat(part.toByteBuffer().remaining()).isLessThan(900_000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<urlset><url><loc>http://x/</loc></url>",
                "<html><body>Not found</body></html>",
                "{\"pages\": []}",
                ""
            })
    void whatIsNoSitemapOrABrokenOneIsAFailure(String content) throws InterruptedException {
        pages.answer("/map.xml", 200, "text/xml", content);

        Failure failure = failure(SiteDocumentKind.SITEMAP, pages.address("/map.xml"));

        assertThat(failure.getType()).isEqualTo(FailureType.UNSUPPORTED_CONTENT);
        assertThat(failure.getMessage()).contains("cannot be read as a sitemap");
    }

    @Test
    void entitiesAreNeitherBlownUpNorFetched() throws InterruptedException {
        inside.answer("/secret", 200, "text/plain", "secret");
        String bomb =
                IntStream.range(1, 12)
                        .mapToObj(i ->
                                "<!ENTITY e%d \"%s\">"
                                        .formatted(i, "&e%d;".formatted(i - 1).repeat(10)))
                        .collect(Collectors.joining("\n", "<!ENTITY e0 \"boom\">\n", ""));
        for (String entities :
                List.of(
                        bomb + "<!ENTITY x \"&e11;\">",
                        "<!ENTITY x SYSTEM \"file:///etc/passwd\">",
                        "<!ENTITY x SYSTEM \"%s\">".formatted(inside.address("/secret")))) {
            pages.answer(
                    "/map.xml",
                    200,
                    "text/xml",
                    "<?xml version=\"1.0\"?><!DOCTYPE urlset [%s]><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>%s&x;</loc></url></urlset>"
                            .formatted(entities, pages.address("/")));

            assertThat(failure(SiteDocumentKind.SITEMAP, pages.address("/map.xml")).getType())
                    .isEqualTo(FailureType.UNSUPPORTED_CONTENT);
        }
        assertThat(inside.asked()).isEmpty();
    }

    @Test
    void aSmallFileThatUnpacksToALotIsNotUnpacked() throws InterruptedException {
        byte[] nothing = new byte[1 << 20];
        gzip(
                "/bomb.xml.gz",
                out -> {
                    for (int i = 0; i < 300; i++) {
                        out.write(nothing);
                    }
                });

        Failure failure = failure(SiteDocumentKind.SITEMAP, pages.address("/bomb.xml.gz"));

        assertThat(failure.getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
        assertThat(failure.getMessage()).contains("unpacks to more than");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'> | <url><loc>%s</loc></url> | </urlset>",
                "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'> | <s:url><s:loc>%s</s:loc></s:url> | </s:urlset>",
                "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'> | <sitemap><loc>%s</loc></sitemap> | </sitemapindex>",
                "<rss version='2.0'><channel> | <item><link>%s</link></item> | </channel></rss>",
                "<feed xmlns='http://www.w3.org/2005/Atom'> | <entry><link href='%s'/></entry> | </feed>",
                "http://a.example/ | %s | http://a.example/"
            })
    void aSitemapWithMoreAddressesThanOneMayHaveIsRefused(String begin, String entry, String end)
            throws InterruptedException {
        // The last one would be known to be broken only after all others were made.
        String xml = begin.startsWith("<") ? "<?xml version='1.0'?>" : "";
        for (int many : List.of(49_000, 50_001)) {
            gzip(
                    "/%d.gz".formatted(many),
                    out -> {
                        out.write("%s%s\n".formatted(xml, begin).getBytes(StandardCharsets.UTF_8));
                        for (int i = 0; i < many; i++) {
                            String url = pages.address("/" + i);
                            out.write(
                                    (entry.formatted(url) + "\n").getBytes(StandardCharsets.UTF_8));
                        }
                        out.write(end.getBytes(StandardCharsets.UTF_8));
                    });
        }

        assertThat(
                        reader
                                .read(fetch(SiteDocumentKind.SITEMAP, pages.address("/49000.gz")))
                                .stream()
                                .mapToInt(
                                        part -> part.getLinks().size() + part.getSitemaps().size())
                                .sum())
                .isEqualTo(49_000);
        Failure failure = failure(SiteDocumentKind.SITEMAP, pages.address("/50001.gz"));
        assertThat(failure.getType())
                .as(failure.getMessage())
                .isEqualTo(FailureType.RESOURCE_LIMIT);
        assertThat(failure.getMessage()).contains("more than the 50,000 addresses");
    }

    @Test
    void aRobotsTxtOfTooManyRulesDoesNotHoldASitemapUp() throws InterruptedException {
        pages.answer(
                "/robots.txt",
                200,
                "text/plain",
                IntStream.range(0, 10_000)
                        .mapToObj("Disallow: /*x*%d"::formatted)
                        .collect(Collectors.joining("\n", "User-agent: *\n", "\n")));
        pages.answer(
                "/map.xml",
                200,
                "text/xml",
                sitemap(
                        IntStream.range(0, 20_000)
                                .mapToObj(i -> pages.address("/y" + i))
                                .toArray(String[]::new)));
        var hurried =
                new SiteReader(
                        egress.allowing(List.of("127.0.0.1:" + pages.port())),
                        Duration.ofSeconds(2));

        List<SiteDocument> parts =
                hurried.read(fetch(SiteDocumentKind.SITEMAP, pages.address("/map.xml")));

        Failure failure = Objects.requireNonNull(parts.getLast().getFailure());
        assertThat(failure.getType()).isEqualTo(FailureType.TIMEOUT);
        assertThat(failure.getMessage()).contains("took longer than 2 s");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aRobotsTxtThatCannotBeReadIsAFailureWhereItIsObeyed(int status)
            throws InterruptedException {
        pages.answer("/robots.txt", status, "text/plain", "");
        pages.answer("/sitemap.xml", 200, "text/xml", sitemap(pages.address("/a")));

        for (SiteFetch fetch :
                List.of(
                        fetch(SiteDocumentKind.START, pages.address("/")),
                        fetch(SiteDocumentKind.SITEMAPS, pages.address("/")),
                        fetch(SiteDocumentKind.SITEMAP, pages.address("/sitemap.xml")))) {
            Failure failure = Objects.requireNonNull(reader.read(fetch).getLast().getFailure());
            assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
            assertThat(failure.getMessage()).contains("robots.txt of").contains("cannot be read");

            SiteFetch careless = SiteFetch.newBuilder(fetch).setObeyRobots(false).build();
            assertThat(reader.read(careless).getLast().getFailure()).isNull();
        }
    }

    @Test
    void aFileWithoutEndIsCutOff() throws InterruptedException {
        byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        pages.answer(
                "/endless.xml",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream body = exchange.getResponseBody()) {
                        for (int i = 0; i < 1_000; i++) {
                            body.write(spaces);
                        }
                    } catch (IOException e) {
                        // Nobody listens any more, as is to be.
                    }
                });

        Failure failure = failure(SiteDocumentKind.SITEMAP, pages.address("/endless.xml"));

        assertThat(failure.getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
    }

    @Test
    void aMissingSitemapSaysWithWhichStatus() throws InterruptedException {
        Failure failure = failure(SiteDocumentKind.SITEMAP, pages.address("/none.xml"));

        assertThat(failure.getType()).isEqualTo(FailureType.HTTP_ERROR);
        assertThat(failure.getHttpStatus()).isEqualTo(404);
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
    }

    /** Writes what is to be compressed. */
    private interface Content {
        void to(OutputStream out) throws IOException;
    }

    private void gzip(String path, Content content) {
        pages.answer(
                path,
                exchange -> {
                    var packed = new ByteArrayOutputStream();
                    try (var out = new GZIPOutputStream(packed)) {
                        content.to(out);
                    }
                    exchange.getResponseHeaders().set("Content-Type", "application/gzip");
                    exchange.sendResponseHeaders(200, packed.size());
                    packed.writeTo(exchange.getResponseBody());
                });
    }

    private static String sitemap(String... urls) {
        return """
        <?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>
        """
                .formatted(
                        List.of(urls).stream()
                                .map("<url><loc>%s</loc></url>"::formatted)
                                .collect(Collectors.joining("\n")));
    }

    private SiteDocument read(SiteDocumentKind kind, String url) throws InterruptedException {
        List<SiteDocument> parts = reader.read(fetch(kind, url));
        assertThat(parts).hasSize(1);
        assertThat(parts.getFirst().getFailure()).isNull();
        return parts.getFirst();
    }

    private Failure failure(SiteDocumentKind kind, String url) throws InterruptedException {
        return Objects.requireNonNull(reader.read(fetch(kind, url)).getLast().getFailure());
    }

    private SiteFetch fetch(SiteDocumentKind kind, String url) {
        return SiteFetch.newBuilder()
                .setSiteId("site")
                .setRequestId("request")
                .setClient("local")
                .setNumber(1)
                .setKind(kind)
                .setUrl(url)
                .setStart(kind == SiteDocumentKind.SITEMAP ? pages.address("/") : url)
                .setDeadline(Instant.now().plus(Duration.ofMinutes(1)))
                .build();
    }
}
