package io.stepfree.processor.scan;

import static io.stepfree.processor.scan.RunningScanner.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of a page that robots.txt forbids. */
class RobotsOnAPageTest {

    private static RunningScanner scanner;

    @BeforeAll
    static void start() {
        scanner = new RunningScanner();
        scanner.pages.answer(
                "/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /private\n");
        scanner.pages.html("/private", GOOD);
        scanner.pages.html("/open", GOOD);
    }

    @AfterAll
    static void stop() {
        scanner.close();
    }

    @Test
    void whoObeysDoesNotVisitThePage() throws InterruptedException {
        int before = use(RobotsMode.OBEY);
        Failure failure = scanner.failure(scanner.pages.address("/private"));
        assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
        assertThat(failure.getMessage()).contains("robots.txt").contains("forbids");
        assertThat(askedSince(before)).containsExactly("/robots.txt");

        PageResult open = scanner.completed(scanner.pages.address("/open"));
        assertThat(open.getWarnings()).isEmpty();
    }

    @Test
    void whoWarnsScansThePageAndSaysSo() throws InterruptedException {
        int before = use(RobotsMode.WARN);
        PageResult page = scanner.completed(scanner.pages.address("/private"));
        assertThat(page.getWarnings()).singleElement().asString().contains("forbids");
        assertThat(page.getValidity()).isEqualTo(Validity.VALID);
        assertThat(askedSince(before)).startsWith("/robots.txt").contains("/private");
    }

    @Test
    void withoutAWishRobotsTxtIsNotAskedFor() throws InterruptedException {
        int before = use(RobotsMode.OFF);
        PageResult page = scanner.completed(scanner.pages.address("/private"));
        assertThat(page.getWarnings()).isEmpty();
        assertThat(askedSince(before)).contains("/private").doesNotContain("/robots.txt");
    }

    /** Returns how much was asked of the site before. */
    private static int use(RobotsMode mode) {
        scanner.use(new ScanProperties(50, Duration.ofMillis(250), 50_000, "", mode));
        return scanner.pages.asked().size();
    }

    private static List<String> askedSince(int before) {
        List<String> asked = scanner.pages.asked();
        return asked.subList(before, asked.size());
    }
}
