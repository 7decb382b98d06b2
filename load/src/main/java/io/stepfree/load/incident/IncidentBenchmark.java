package io.stepfree.load.incident;

import io.stepfree.load.chaos.pipeline.Part;
import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.PipelineSettings;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.measure.Benchmark;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import io.stepfree.load.measure.Outcome;
import io.stepfree.load.measure.Outcome.Bound;
import io.stepfree.load.measure.Table;
import io.stepfree.load.scanner.WorkFolder;
import io.stepfree.standalone.machine.Logs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A site goes bad, the alert-processor is killed in the middle, the site recovers: how often the
 * operator is told, and whether the dashboard and the doctor name it. Then how long the views of
 * monitoring take, with everything up and with each dependency down in turn.
 */
public final class IncidentBenchmark implements Benchmark {

    private static final String INCIDENT = "scans-failing";
    private static final int SCANS = 30;
    private static final int ROUNDS = 60;
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration QUIET = Duration.ofSeconds(30);

    /** As long as scans are looked back at here, so that a run does not take half an hour. */
    private static final String WINDOW = "20s";

    private static final List<String> METRICS =
            List.of(
                    "error-rate",
                    "host-error-rate",
                    "failures-of-type",
                    "own-failures",
                    "dead-letter-rate",
                    "dead-letters-of-pattern");

    /** It may get worse once before it is over, of which the operator is told, too. */
    static final List<Bound> TOLD =
            List.of(
                    new Bound("alerts_beyond_one", 0),
                    new Bound("resolves_beyond_one", 0),
                    new Bound("other_messages", 1),
                    new Bound("alert_processor_starts_besides_two", 0));

    /** Looks once whether something is so. */
    private interface Step {
        boolean done() throws InterruptedException;
    }

    @Override
    public String name() {
        return "incident";
    }

    @Override
    public String measures() {
        return "a site that goes bad and recovers: one alert and one resolve, also through a kill; monitoring with each dependency down";
    }

    @Override
    public String needs() {
        return "Linux, Chromium with ChromeDriver, 3 GB of memory";
    }

    @Override
    public String takes() {
        return "6 minutes; with --short 5 minutes";
    }

    @Override
    public Outcome run(Path root, boolean brief, PrintStream output) throws InterruptedException {
        Logs.off();
        var figures = new LinkedHashMap<String, Object>();
        try (var folder = WorkFolder.create();
                var site = new MoodySite();
                var slack = new SlackStub();
                var pipeline =
                        new Pipeline(settings(root, folder.path().resolve("run"), site, slack))) {
            output.println("Starting broker, registry, database and services");
            pipeline.startFoundations();
            pipeline.start(Service.ON_THE_WAY);
            pipeline.start(List.of(Service.ALERTS));
            pipeline.broker().assureOurs();
            try (var views = new Views(pipeline.gateway(), "local")) {
                incident(root, pipeline, site, slack, views, figures, output);
                monitoring(pipeline, views, brief ? ROUNDS / 4 : ROUNDS, figures, output);
            }
            pipeline.stopAll();
        }
        output.println();
        output.println(table(figures));
        var bounds = new ArrayList<>(TOLD);
        bounds.add(new Bound("not_named_by_dashboard_or_doctor", 0));
        bounds.add(new Bound("views_p99_milliseconds", 50));
        bounds.add(new Bound("views_most_with_database_down_milliseconds", 1_000));
        bounds.add(new Bound("views_most_with_registry_down_milliseconds", 1_000));
        bounds.add(new Bound("views_most_with_broker_down_milliseconds", 1_000));
        bounds.add(new Bound("orders_most_milliseconds", 1_000));
        return new Outcome(name(), figures, bounds);
    }

    /**
     * How often the operator was told, and whether the alert-processor was killed once meanwhile.
     *
     * @param messages all that Slack was told
     * @param starts how often the alert-processor was started
     */
    static Map<String, Object> told(List<String> messages, int starts) {
        long fired = messages.stream().filter(text -> text.startsWith("FIRED")).count();
        long resolved = messages.stream().filter(text -> text.startsWith("RESOLVED")).count();
        var figures = new LinkedHashMap<String, Object>();
        figures.put("alerts_beyond_one", fired - 1);
        figures.put("resolves_beyond_one", resolved - 1);
        figures.put("other_messages", messages.size() - fired - resolved);
        figures.put("alert_processor_starts", starts);
        figures.put("alert_processor_starts_besides_two", Math.abs(starts - 2));
        return figures;
    }

    private static PipelineSettings settings(
            Path root, Path folder, MoodySite site, SlackStub slack) {
        var more = new ArrayList<String>();
        more.add("--stepfree.alerts.slack.webhook=" + slack.address());
        METRICS.forEach(metric ->
                more.add("--stepfree.alerts.metrics.%s.window=%s".formatted(metric, WINDOW)));
        return new PipelineSettings(
                root,
                folder,
                root.resolve("load/target/incident"),
                site.targets(),
                Duration.ofMinutes(2),
                "1s,2s",
                null,
                null,
                more);
    }

    private static void incident(
            Path root,
            Pipeline pipeline,
            MoodySite site,
            SlackStub slack,
            Views views,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        output.println("Scanning %d pages of a site that is well".formatted(SCANS));
        submit(views, site, SCANS);
        await("the first scans ended", () -> stats(views, "completed") >= SCANS);
        if (!slack.messages().isEmpty()) {
            throw new MeasurementException(
                    "Slack was told before anything was wrong: " + slack.messages());
        }

        output.println("The site goes bad");
        site.be(false);
        long bad = System.nanoTime();
        submit(views, site, SCANS);
        await("Slack was told", () -> slack.count("FIRED") > 0);
        figures.put("from_bad_to_told_seconds", Numbers.rounded((System.nanoTime() - bad) / 1e9));
        int unnamed = 0;
        if (!views.get("/api/monitoring/dashboard").path("alerts").toString().contains(INCIDENT)) {
            unnamed++;
            output.println("The dashboard does not name it");
        }
        String diagnosis = doctor(root, pipeline);
        if (!diagnosis.contains(INCIDENT)) {
            unnamed++;
            output.println("The doctor does not name it:\n" + diagnosis);
        }
        figures.put("not_named_by_dashboard_or_doctor", unnamed);

        output.println("Killing the alert-processor in the middle of it");
        Part alerts = pipeline.part(Service.ALERTS);
        kill(alerts);
        submit(views, site, SCANS / 3);
        alerts.awaitReady(LIMIT);

        output.println("The site recovers");
        site.be(true);
        await(
                "Slack was told of the end",
                () -> {
                    submit(views, site, 4);
                    Thread.sleep(1_000);
                    return slack.count("RESOLVED") > 0;
                });
        Thread.sleep(QUIET);
        slack.messages().forEach(message -> output.println("  " + message));
        figures.putAll(told(slack.messages(), alerts.starts()));
    }

    private static void monitoring(
            Pipeline pipeline,
            Views views,
            int rounds,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        output.println("Asking every view %d times".formatted(rounds));
        // The first few also make connections and classes.
        views.look(5);
        List<Double> well = views.look(rounds);
        figures.put("views_p50_milliseconds", Numbers.percentile(well, 0.50));
        figures.put("views_p99_milliseconds", Numbers.percentile(well, 0.99));
        down("database", pipeline.databasePart(), views, rounds, figures, output);
        down("registry", pipeline.registryPart(), views, rounds, figures, output);
        down("broker", pipeline.brokerPart(), views, rounds, figures, output);
        // Last, as the pool is started anew no more than three times in ten minutes.
        output.println("Giving the two orders with everything up");
        figures.put("orders_most_milliseconds", Numbers.percentile(views.order(), 1));
    }

    /** All views and orders from the moment on in which a dependency is gone. */
    private static void down(
            String name,
            Part part,
            Views views,
            int rounds,
            Map<String, Object> figures,
            PrintStream output)
            throws InterruptedException {
        output.println("The same with the %s down".formatted(name));
        part.hold();
        kill(part);
        var times = new ArrayList<>(views.look(rounds));
        times.addAll(views.order());
        figures.put(
                "views_p99_with_%s_down_milliseconds".formatted(name),
                Numbers.percentile(times, 0.99));
        figures.put(
                "views_most_with_%s_down_milliseconds".formatted(name),
                Numbers.percentile(times, 1));
        part.start();
        part.awaitReady(LIMIT);
        await("the %s is well again".formatted(name), () -> isWell(views, name));
    }

    private static boolean isWell(Views views, String component) throws InterruptedException {
        return views.get("/api/monitoring/health")
                .path("components")
                .valueStream()
                .anyMatch(one ->
                        one.path("name").asString().equals(component)
                                && one.path("status").asString().equals("healthy"));
    }

    private static long stats(Views views, String figure) throws InterruptedException {
        return views.get("/api/monitoring/queue/stats").path(figure).asLong();
    }

    private static void submit(Views views, MoodySite site, int scans) throws InterruptedException {
        List<String> targets = site.targets();
        for (int i = 0; i < scans; i++) {
            String address = "http://%s/page".formatted(targets.get(i % targets.size()));
            if (!views.submit(address)) {
                throw new MeasurementException("A scan of %s was refused.".formatted(address));
            }
        }
    }

    private static String doctor(Path root, Pipeline pipeline) throws InterruptedException {
        try {
            Process doctor =
                    new ProcessBuilder(
                                    root.resolve("stepfree").toString(),
                                    "doctor",
                                    "--server=" + pipeline.gateway())
                            .redirectErrorStream(true)
                            .start();
            String told =
                    new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            doctor.waitFor();
            return told;
        } catch (IOException e) {
            throw new MeasurementException("The doctor cannot be called (%s).".formatted(e), e);
        }
    }

    private static void kill(Part part) {
        part.process()
                .orElseThrow(
                        () -> new MeasurementException("%s does not run.".formatted(part.name())))
                .destroyForcibly();
    }

    private static void await(String what, Step step) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!step.done()) {
            if (System.nanoTime() > end) {
                throw new MeasurementException(
                        "It was not so within %d s: %s.".formatted(LIMIT.toSeconds(), what));
            }
            Thread.sleep(200);
        }
    }

    private static String table(Map<String, Object> figures) {
        var table = new Table("figure", "measured");
        figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
        return table.text();
    }
}
