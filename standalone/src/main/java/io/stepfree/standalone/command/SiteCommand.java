package io.stepfree.standalone.command;

import io.stepfree.standalone.client.SiteRound;
import io.stepfree.standalone.client.SiteView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Has a whole site scanned, and waits for its end if asked to. */
@Command(
        name = "site",
        description = {
            "Scans a whole site through a stepfree that is up: follows its links, or reads its sitemaps.",
            "",
            "Pages of the same host and port are scanned, each once, and robots.txt is obeyed. It stops when there are no more, at --pages, or when --saturation pages in turn have brought neither a template nor a rule that was not known; it says which."
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0   the site was accepted; with --wait: and all its pages were scanned",
            "  2   wrong usage, or the site was refused",
            "  3   something needed could not be reached",
            "  4   with --wait: nothing could be scanned, or a page could not be, or was cancelled",
            "Whether pages have violations, their reports tell."
        })
final class SiteCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Parameters(paramLabel = "URL", description = "Where the site begins.")
    private String url = "";

    @Option(
            names = "--sitemap",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "URL",
            description =
                    "Read sitemaps instead of following links: this one, or those that robots.txt names, or /sitemap.xml.")
    private @Nullable String sitemap;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "How many links from URL a page may be away; 5 when not given.")
    private @Nullable Integer depth;

    @Option(
            names = "--pages",
            paramLabel = "N",
            description = "How many pages are scanned at most; 500 when not given.")
    private @Nullable Integer pages;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description =
                    "Scan only pages whose path matches, as /docs/**; * stops at a slash. May be repeated.")
    private List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Leave out pages whose path matches. May be repeated.")
    private List<String> exclude = List.of();

    @Option(
            names = "--saturation",
            paramLabel = "N",
            description =
                    "Stop after so many pages that bring nothing new; 50 when not given, 0 for never.")
    private @Nullable Integer saturation;

    @Option(names = "--ignore-robots", description = "Scan also what robots.txt forbids.")
    private boolean ignoreRobots;

    @Option(
            names = "--wait",
            description = "Show how the site goes on until all its scans have ended.")
    private boolean wait;

    private String standing = "";
    private long told = System.nanoTime() - BETWEEN_LINES.toNanos();

    SiteCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var gateway = server.client(surroundings)) {
            String id = gateway.submitSite(document());
            output().println("Site %s, its scans are the batch site-%s.".formatted(id, id));
            output().flush();
            if (!wait) {
                return ExitCode.CLEAN;
            }
            SiteView ended = new SiteRound(gateway).await(id, this::tell);
            print(ended);
            return exitCode(ended);
        }
    }

    private ObjectNode document() {
        ObjectNode document = JsonMapper.shared().createObjectNode().put("url", url);
        if (sitemap != null) {
            if (sitemap.isEmpty()) {
                document.put("sitemap", true);
            } else {
                document.put("sitemap", sitemap);
            }
        }
        if (depth != null) {
            document.put("depth", depth);
        }
        if (pages != null) {
            document.put("pages", pages);
        }
        if (saturation != null) {
            document.put("saturation", saturation);
        }
        put(document, "include", include);
        put(document, "exclude", exclude);
        if (ignoreRobots) {
            document.put("robots", "ignore");
        }
        return document;
    }

    private static void put(ObjectNode document, String name, List<String> patterns) {
        if (!patterns.isEmpty()) {
            var array = document.putArray(name);
            patterns.forEach(array::add);
        }
    }

    private void tell(SiteView site) {
        long now = System.nanoTime();
        if (!site.hasEnded()
                && !site.standing().equals(standing)
                && now - told >= BETWEEN_LINES.toNanos()) {
            standing = site.standing();
            told = now;
            say(standing);
        }
    }

    private void print(SiteView site) {
        site.problems().forEach(this::say);
        if (site.failure() != null) {
            say(site.failure().message());
        }
        output().println("Site %s: %s.".formatted(site.id(), site.standing()));
        output().println(why(site));
        String skips = skips(site.skipped());
        if (!skips.isEmpty()) {
            output().println("Left out: %s.".formatted(skips));
        }
        output().flush();
    }

    /** What stopped it, for a person. */
    static String why(SiteView site) {
        return switch (String.valueOf(site.stopped())) {
            case "complete" -> "It is complete: there are no more pages.";
            case "page_limit" ->
                    "It stopped at the limit of %,d pages; there are more."
                            .formatted(site.pages().limit());
            case "saturation" ->
                    "It stopped because the last %,d pages brought nothing new: %,d templates, %,d rules."
                            .formatted(
                                    site.coverage().pagesSinceNew(),
                                    site.coverage().templates(),
                                    site.coverage().rules());
            case "cancelled" -> "It was cancelled.";
            case "failed" -> "It failed: nothing could be scanned.";
            default -> "It stopped: %s.".formatted(site.stopped());
        };
    }

    private static String skips(SiteView.Skipped skipped) {
        var text = new StringBuilder();
        add(text, skipped.robots(), "by robots.txt");
        add(text, skipped.depth(), "too deep");
        add(text, skipped.pattern(), "by pattern");
        add(text, skipped.duplicate(), "that redirect to a scanned page");
        add(text, skipped.canonical(), "canonical to a scanned page");
        add(text, skipped.limit(), "beyond the limit");
        add(text, skipped.stopped(), "after it had stopped");
        return text.toString();
    }

    private static void add(StringBuilder text, long many, String why) {
        if (many > 0) {
            text.append(text.isEmpty() ? "" : ", ").append("%,d %s".formatted(many, why));
        }
    }

    /** That of a site that has ended: what died or was cancelled was not scanned. */
    static int exitCode(SiteView ended) {
        return ended.pages().deadLettered() > 0
                        || ended.pages().cancelled() > 0
                        || ended.pages().completed() == 0
                        || "cancelled".equals(ended.stopped())
                        || "failed".equals(ended.stopped())
                ? ExitCode.NOT_SCANNED
                : ExitCode.CLEAN;
    }

    private void say(String sentence) {
        err().println(Printable.line(sentence));
        err().flush();
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
