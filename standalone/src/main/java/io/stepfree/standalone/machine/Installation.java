package io.stepfree.standalone.machine;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where this program's own files lie: {@code lib} with the jars, {@code registry} with the schema
 * registry, and the unpacked PostgreSQL.
 *
 * @param folder its absolute path
 */
public record Installation(Path folder) {

    /**
     * The installation this class was loaded from: the folder above {@code lib}, or, in the build,
     * the one that is laid out beside the classes.
     */
    public static Installation current() {
        var named = System.getProperty("stepfree.installation");
        if (named != null) {
            return new Installation(Path.of(named).toAbsolutePath());
        }
        try {
            var code =
                    Path.of(
                            Installation.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            return new Installation(
                    code.resolveSibling("").endsWith("lib")
                            ? code.resolveSibling("..").normalize()
                            : code.resolveSibling("stepfree"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The registry's jar; throws {@link MachineException} where it is missing. */
    public Path registryJar() {
        var jar = folder.resolve("registry").resolve("quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new MachineException(
                    "The schema registry is missing (%s); build it with mvn -DskipTests package."
                            .formatted(jar));
        }
        return jar;
    }

    /**
     * The class path of a child JVM that runs our own classes: the whole {@code lib} in short, or
     * what this JVM has where it does not run from there.
     */
    String classPath() {
        return runsFromLib()
                ? lib().resolve("*").toString()
                : System.getProperty("java.class.path");
    }

    private boolean runsFromLib() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .allMatch(entry -> Path.of(entry).startsWith(lib()));
    }

    private Path lib() {
        return folder.resolve("lib");
    }

    /**
     * The start of a command that runs a JVM like this one, small and quick to start. Its first run
     * leaves an archive of the classes it has loaded, which later ones begin with; the JVM renews
     * it when jars have changed.
     *
     * @param name names the archive
     */
    List<String> java(String name, String heap) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Djava.awt.headless=true"));
        if (runsFromLib() && Files.isWritable(folder)) {
            command.add("-XX:+AutoCreateSharedArchive");
            command.add("-XX:SharedArchiveFile=" + folder.resolve(name + ".jsa"));
            command.add("-Xlog:cds=off,cds+dynamic=off,aot=off");
        }
        return command;
    }
}
