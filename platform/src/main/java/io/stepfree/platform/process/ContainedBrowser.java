package io.stepfree.platform.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How every browser of ours is begun: in a session of its own, by which each process that it starts
 * can be told to the end; behind us, so that whoever has to end a page that takes all it can get
 * comes first; with nothing of our environment but what it needs; and under root as nobody, because
 * Chrome's sandbox refuses root. Stateless.
 */
public final class ContainedBrowser {

    /**
     * What each is told: to do nothing by itself, and to reach nobody but through a proxy. Whoever
     * belongs to no proxy of its own gets one that nobody listens at.
     */
    public static final List<String> FLAGS =
            List.of(
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--no-default-browser-check",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-default-apps",
                    "--disable-extensions",
                    "--disable-domain-reliability",
                    "--mute-audio",
                    "--no-pings",
                    // Without the second flag loopback would be asked directly.
                    "--proxy-server=http://127.0.0.1:1",
                    "--proxy-bypass-list=<-loopback>",
                    // Otherwise a page reaches past the proxy by UDP. Chromium knows the first of
                    // these only, the headless shell only the second.
                    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
                    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp");

    /** What a browser needs of our environment; passwords and the like stay here. */
    private static final List<String> PASSED_ON = List.of("PATH", "LANG", "LC_ALL", "TZ");

    private ContainedBrowser() {}

    /** The flag by which this Chromium shows no window. */
    public static String headless(Path browser) {
        return InstalledPrograms.isHeadlessShell(browser) ? "--headless" : "--headless=new";
    }

    /**
     * What begins a program, the browser or its driver, in a folder that is its home. Its errors go
     * where its output goes.
     *
     * @param command the program and its arguments
     * @param missing makes the exception for what is missing here, from a sentence without its full
     *     stop
     * @throws X when this is root and the program that drops its rights is missing
     */
    public static <X extends Exception> ProcessBuilder in(
            BrowserFolder folder, List<String> command, Function<String, X> missing) throws X {
        var whole = new ArrayList<String>();
        InstalledPrograms.onPath("setsid").findFirst().map(Path::toString).ifPresent(whole::add);
        InstalledPrograms.onPath("nice")
                .findFirst()
                .ifPresent(nice -> whole.addAll(List.of(nice.toString(), "-n", "5")));
        if (folder.isOwnedByRoot()) {
            Path setpriv =
                    InstalledPrograms.onPath("setpriv")
                            .findFirst()
                            .orElseThrow(() ->
                                    missing.apply(
                                            "This runs as root, where Chrome needs setpriv to keep its sandbox: install util-linux, or run as another user"));
            whole.addAll(
                    List.of(
                            setpriv.toString(),
                            "--reuid=" + BrowserFolder.NOBODY,
                            "--regid=" + BrowserFolder.NOBODY,
                            "--clear-groups"));
        }
        whole.addAll(command);
        var builder = new ProcessBuilder(whole).redirectErrorStream(true);
        builder.directory(folder.path().toFile());
        builder.environment().keySet().retainAll(PASSED_ON);
        builder.environment().put("HOME", folder.path().toString());
        builder.environment().put("TMPDIR", folder.path().toString());
        return builder;
    }
}
