package io.stepfree.platform.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for programs on this machine. Stateless. */
public final class InstalledPrograms {

    /*
     * Debian's start scripts in /usr/bin do not replace themselves by the browser and leave it behind when they are
     * ended, so the programs themselves come first.
     */
    private static final List<String> BROWSERS =
            List.of(
                    "/usr/lib/chromium/chromium-headless-shell",
                    "chrome-headless-shell",
                    "/usr/lib/chromium/chromium",
                    "/usr/lib/chromium-browser/chromium-browser",
                    "/opt/google/chrome/chrome",
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    "/Applications/Chromium.app/Contents/MacOS/Chromium");

    private InstalledPrograms() {}

    /**
     * The places where a program is that can be run: itself, for an absolute path, or where it is
     * on the PATH.
     */
    public static Stream<Path> onPath(String program) {
        Stream<Path> candidates =
                program.startsWith("/")
                        ? Stream.of(Path.of(program))
                        : Stream.of(
                                        System.getenv()
                                                .getOrDefault("PATH", "")
                                                .split(File.pathSeparator))
                                .filter(folder -> !folder.isEmpty())
                                .map(folder -> Path.of(folder, program));
        return candidates.filter(path -> Files.isRegularFile(path) && Files.isExecutable(path));
    }

    /** The Chromiums in the usual places, the headless shell first: it does the work for half. */
    public static Stream<Path> browsers() {
        return BROWSERS.stream().flatMap(InstalledPrograms::onPath);
    }

    /** Whether this Chromium is one that has no windows at all. */
    public static boolean isHeadlessShell(Path browser) {
        return browser.getFileName().toString().contains("headless-shell");
    }
}
