package io.stepfree.load.scanner;

import io.stepfree.load.measure.MeasurementException;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Installs what is pinned in {@code load/src/main/npm}, once: later runs need no network. It lies
 * in the user's cache, outside the checkout, under a name that changes with what is pinned.
 */
public final class NpmFolder {

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

    /** The browser of the machine is used; no package may bring its own. */
    private static final Map<String, String> NO_BROWSERS =
            Map.of(
                    "PUPPETEER_SKIP_DOWNLOAD", "1",
                    "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD", "1",
                    "CHROMEDRIVER_SKIP_DOWNLOAD", "1");

    /** As npm 10 writes it, and as the older ones of Debian do. */
    private static final Pattern NPM_ERROR = Pattern.compile("^npm (error|ERR!)");

    private NpmFolder() {}

    /**
     * The folder in which a set of packages is installed.
     *
     * @throws MeasurementException when it cannot be installed; the message is npm's own
     */
    public static Path install(Path root, String name) throws InterruptedException {
        node();
        Path source = root.resolve("load/src/main/npm").resolve(name);
        try {
            Path folder = cache().resolve("%s-%s".formatted(name, fingerprint(source)));
            Path done = folder.resolve("installed");
            if (Files.exists(done)) {
                return folder;
            }
            Files.createDirectories(folder);
            // Two that start at once would else install into one another's folder.
            try (var channel =
                            FileChannel.open(
                                    folder.resolve("lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                if (Files.exists(done)) {
                    return folder;
                }
                for (String file : List.of("package.json", "package-lock.json")) {
                    Files.copy(
                            source.resolve(file),
                            folder.resolve(file),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                npmCi(folder, name);
                Files.createFile(done);
            }
            return folder;
        } catch (IOException e) {
            throw new MeasurementException(
                    "The npm packages of %s cannot be put in place (%s).".formatted(name, e), e);
        }
    }

    /** Node.js, which the bare harness, the peers and npm itself run on. */
    public static Path node() {
        return onPath("node")
                .orElseThrow(() ->
                        new MeasurementException(
                                "What is on npm needs Node.js, and there is no node on the PATH: install Node.js 20 or newer with npm, for example with 'apt-get install nodejs npm'."));
    }

    private static void npmCi(Path folder, String name) throws IOException, InterruptedException {
        Path npm =
                onPath("npm")
                        .orElseThrow(() ->
                                new MeasurementException(
                                        "The npm packages of %s have to be installed once, and there is no npm on the PATH: install it, for example with 'apt-get install npm'."
                                                .formatted(name)));
        Path log = folder.resolve("npm.log");
        var builder =
                new ProcessBuilder(
                                npm.toString(),
                                "ci",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--omit=optional")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(NO_BROWSERS);
        Process process = builder.start();
        if (!process.waitFor(INSTALL_LIMIT) || process.exitValue() != 0) {
            process.destroy();
            String said =
                    Files.readString(log)
                            .lines()
                            .filter(line -> NPM_ERROR.matcher(line).find())
                            .filter(line -> !line.contains("complete log"))
                            .findFirst()
                            .orElse("it did not end in time");
            throw new MeasurementException(
                    "npm could not install the packages of %s: %s.".formatted(name, said));
        }
    }

    private static java.util.Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path cache() {
        String set = System.getenv("XDG_CACHE_HOME");
        Path base =
                set == null || set.isEmpty()
                        ? Path.of(Objects.requireNonNull(System.getProperty("user.home")), ".cache")
                        : Path.of(set);
        return base.resolve("stepfree").resolve("load");
    }

    private static String fingerprint(Path source) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(source.resolve("package-lock.json")));
            digest.update(
                    Files.readString(source.resolve("package.json"))
                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
