package io.stepfree.load.worker;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.scanner.NpmFolder;
import io.stepfree.processor.browser.BrowserPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A published tool that scans pages from the command line, as its own documentation runs it. */
sealed interface Peer {

    /** What it is called, and the set of npm packages that it is installed from. */
    String name();

    /** The package, below its folder, that its axe-core comes in. */
    String enginePackage();

    /**
     * The command that scans these pages.
     *
     * @param packages where it is installed
     * @param folder for files that it needs
     */
    List<String> command(
            Path packages,
            Path folder,
            BrowserPrograms programs,
            List<String> urls,
            List<String> tags)
            throws IOException;

    /** What its output says. */
    Findings read(String output);

    /**
     * What it found.
     *
     * @param failed how many pages it could not scan
     * @param violations how many elements break a rule
     * @param needsReview how many may; -1 where it does not tell
     */
    record Findings(int pages, int failed, int violations, int needsReview) {}

    /** The version of axe-core that it runs. */
    default String engine(Path packages) {
        try {
            return JsonMapper.shared()
                    .readTree(
                            Files.readString(
                                    packages.resolve("node_modules")
                                            .resolve(enginePackage())
                                            .resolve("package.json")))
                    .path("version")
                    .asString("");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Deque's own command line, over ChromeDriver, one page after the other. */
    record AxeCli() implements Peer {

        @Override
        public String name() {
            return "axe-cli";
        }

        @Override
        public String enginePackage() {
            return "axe-core";
        }

        @Override
        public List<String> command(
                Path packages,
                Path folder,
                BrowserPrograms programs,
                List<String> urls,
                List<String> tags) {
            var command =
                    new ArrayList<>(
                            List.of(
                                    NpmFolder.node().toString(),
                                    packages.resolve(
                                                    "node_modules/@axe-core/cli/dist/src/bin/cli.js")
                                            .toString(),
                                    "--stdout",
                                    "--no-reporter",
                                    "--chrome-path",
                                    programs.browser().toString(),
                                    "--chromedriver-path",
                                    programs.driver().toString(),
                                    "--chrome-options=no-sandbox",
                                    "--tags",
                                    String.join(",", tags)));
            command.addAll(urls);
            return command;
        }

        @Override
        public Findings read(String output) {
            JsonNode pages = JsonMapper.shared().readTree(output);
            return new Findings(
                    pages.size(), 0, nodes(pages, "violations"), nodes(pages, "incomplete"));
        }

        private static int nodes(JsonNode pages, String field) {
            return pages.valueStream()
                    .flatMap(page -> page.path(field).valueStream())
                    .mapToInt(rule -> rule.path("nodes").size())
                    .sum();
        }
    }

    /**
     * Pa11y for build servers, with its axe runner; at more than one page at once it fails pages.
     */
    record Pa11yCi() implements Peer {

        @Override
        public String name() {
            return "pa11y-ci";
        }

        @Override
        public String enginePackage() {
            return "axe-core";
        }

        @Override
        public List<String> command(
                Path packages,
                Path folder,
                BrowserPrograms programs,
                List<String> urls,
                List<String> tags)
                throws IOException {
            Path settings = folder.resolve("pa11y-ci.json");
            Map<String, Object> defaults =
                    Map.of(
                            "runners",
                            List.of("axe"),
                            "concurrency",
                            1,
                            "timeout",
                            60_000,
                            "includeWarnings",
                            true,
                            "viewport",
                            Map.of("width", 1_280, "height", 1_024),
                            "chromeLaunchConfig",
                            Map.of(
                                    "executablePath",
                                    programs.browser().toString(),
                                    "headless",
                                    "shell",
                                    "args",
                                    List.of("--no-sandbox")));
            Files.writeString(
                    settings,
                    JsonMapper.shared()
                            .writeValueAsString(Map.of("defaults", defaults, "urls", urls)));
            return List.of(
                    NpmFolder.node().toString(),
                    packages.resolve("node_modules/pa11y-ci/bin/pa11y-ci.js").toString(),
                    "--json",
                    "--config",
                    settings.toString());
        }

        @Override
        public Findings read(String output) {
            int pages = 0;
            int failed = 0;
            int violations = 0;
            int needsReview = 0;
            for (JsonNode issues : JsonMapper.shared().readTree(output).path("results")) {
                pages++;
                // A page that it could not scan has one issue, which is only a message.
                failed += issues.size() == 1 && issues.get(0).path("code").isMissingNode() ? 1 : 0;
                for (JsonNode issue : issues) {
                    boolean review =
                            issue.path("runnerExtras").path("needsFurtherReview").asBoolean(false);
                    needsReview += review ? 1 : 0;
                    violations += review || issue.path("code").isMissingNode() ? 0 : 1;
                }
            }
            return new Findings(pages, failed, violations, needsReview);
        }
    }

    /** A library that is fast because all pages share one browser context; two pages at once. */
    record Kayle() implements Peer {

        private static final String SCRIPT = "kayle.mjs";

        @Override
        public String name() {
            return "kayle";
        }

        @Override
        public String enginePackage() {
            return "fast_axecore";
        }

        @Override
        public List<String> command(
                Path packages,
                Path folder,
                BrowserPrograms programs,
                List<String> urls,
                List<String> tags)
                throws IOException {
            try (InputStream script = Peer.class.getResourceAsStream(SCRIPT)) {
                Files.copy(
                        Objects.requireNonNull(script, SCRIPT),
                        packages.resolve(SCRIPT),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            var command =
                    new ArrayList<>(
                            List.of(
                                    NpmFolder.node().toString(),
                                    packages.resolve(SCRIPT).toString(),
                                    programs.browser().toString()));
            command.addAll(urls);
            return command;
        }

        @Override
        public Findings read(String output) {
            List<JsonNode> pages =
                    output.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
            return new Findings(
                    pages.size(),
                    (int) pages.stream().filter(page -> page.has("failure")).count(),
                    issues(pages, "error"),
                    issues(pages, "warning"));
        }

        private static int issues(List<JsonNode> pages, String type) {
            return (int)
                    pages.stream()
                            .flatMap(page -> page.path("issues").valueStream())
                            .filter(issue -> issue.path("type").asString("").equals(type))
                            .count();
        }
    }

    /** Says what is wrong with an answer that says nothing of some pages. */
    static Findings complete(Findings findings, int asked) {
        if (findings.pages() == 0) {
            throw new MeasurementException("it said nothing of any page");
        }
        return new Findings(
                findings.pages(),
                findings.failed() + Math.max(0, asked - findings.pages()),
                findings.violations(),
                findings.needsReview());
    }
}
