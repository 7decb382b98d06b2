package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.stepfree.platform.process.BrowserFolder;
import io.stepfree.platform.process.InstalledPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class ChromeLifeTest {

    private final ChromeLauncher launcher = new ChromeLauncher(BrowserPrograms.find("", ""), true);

    @Test
    void closingLeavesNoProcessAndNoFolder() throws Exception {
        Chrome chrome = launcher.launch();
        List<ProcessHandle> family = family(chrome);
        assertThat(family).hasSizeGreaterThan(2);
        assertThat(folders()).isNotEmpty();
        chrome.close();
        assertGone(family);
        assertThat(chrome.isAlive()).isFalse();
    }

    @Test
    void killingLeavesNoProcessAndNoFolder() throws Exception {
        Chrome chrome = launcher.launch();
        List<ProcessHandle> family = family(chrome);
        chrome.kill();
        assertGone(family);
    }

    @Test
    void theBrowserRunsWithoutOurRightsAndWithItsSandbox() throws Exception {
        try (Chrome chrome = launcher.launch()) {
            Path process = Path.of("/proc", String.valueOf(chrome.pid()));
            if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                assertThat(Files.getAttribute(process, "unix:uid")).isEqualTo(BrowserFolder.NOBODY);
            }
            assertThat(Files.readString(process.resolve("cmdline"))).doesNotContain("--no-sandbox");
            assertThat(Files.readString(process.resolve("environ")).split("\0"))
                    .extracting(variable -> variable.replaceFirst("=.*", ""))
                    .doesNotContain("JAVA_HOME", "MAVEN_OPTS", "USER");
        }
    }

    @Test
    void theBrowserComesAfterTheWorkerOnTheProcessor() throws Exception {
        try (Chrome chrome = launcher.launch()) {
            assumeThat(InstalledPrograms.onPath("nice")).isNotEmpty();
            assertThat(niceness(String.valueOf(chrome.pid())))
                    .isEqualTo(Math.min(19, niceness("self") + 5));
        }
    }

    @Test
    void whatRunsPagesIsNobodyAndConfinedByTheKernel() throws Exception {
        try (Chrome chrome = launcher.launch()) {
            List<Long> pages =
                    chrome.processes().members().stream()
                            .filter(pid ->
                                    ProcessMemory.ownOf(pid)
                                            .filter(ProcessMemory::page)
                                            .isPresent())
                            .toList();
            assertThat(pages).isNotEmpty();
            for (long pid : pages) {
                Path process = Path.of("/proc", String.valueOf(pid));
                String status = Files.readString(process.resolve("status"));
                if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                    assertThat(status).containsPattern("Uid:\\s+65534\\s+65534\\s+65534\\s+65534");
                }
                // proc(5): 2 is a filter.
                assertThat(status).containsPattern("Seccomp:\\s+2");
                assertThat(Files.readString(process.resolve("cmdline")))
                        .doesNotContain("--no-sandbox");
            }
        }
    }

    @Test
    void nothingIsLeftOfABrowserWhoseDriverAndParentsWereKilledBefore() throws Exception {
        Chrome chrome = launcher.launch();
        List<ProcessHandle> family = family(chrome);
        // From the top, so that every one of them is an orphan before its turn comes.
        family.getFirst().destroyForcibly();
        ProcessHandle.of(chrome.pid()).orElseThrow().destroyForcibly();
        chrome.kill();
        assertThat(chrome.processes().members()).isEmpty();
        assertGone(family);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void switchingTheSandboxOffWarns(CapturedOutput output) {
        var _ = new ChromeLauncher(BrowserPrograms.find("", ""), false);
        assertThat(output).contains("Chrome's sandbox is OFF");
    }

    @Test
    void pendingCommandsFailWhenTheBrowserDies() throws Exception {
        try (Chrome chrome = launcher.launch()) {
            var answer = chrome.connection().browser().send("Browser.crash", java.util.Map.of());
            Awaitility.await().until(answer::isCompletedExceptionally);
            assertThatThrownBy(() ->
                            chrome.connection()
                                    .browser()
                                    .call(
                                            "Browser.getVersion",
                                            java.util.Map.of(),
                                            Duration.ofSeconds(5)))
                    .isInstanceOf(CdpException.ConnectionLost.class);
        }
    }

    @Test
    void aBrowserThatHasServedItsScansIsReplaced() throws Exception {
        try (var browser = new SharedBrowser(launcher, 2)) {
            long first;
            try (SharedBrowser.Lease lease = browser.lease()) {
                first = lease.chrome().pid();
            }
            try (SharedBrowser.Lease lease = browser.lease()) {
                assertThat(lease.chrome().pid()).isEqualTo(first);
            }
            assertThat(ProcessHandle.of(first).filter(ChromeLifeTest::lives)).isEmpty();
            try (SharedBrowser.Lease lease = browser.lease()) {
                assertThat(lease.chrome().pid()).isNotEqualTo(first);
            }
            assertThat(browser.starts()).isEqualTo(2);
        }
        assertThat(folders()).isEmpty();
    }

    @Test
    void aMissingProgramIsNamedWithTheCure() {
        assertThatThrownBy(() -> BrowserPrograms.find("/nowhere/chromium", ""))
                .isInstanceOf(BrowserMissingException.class)
                .hasMessageContaining("stepfree.browser.binary is /nowhere/chromium");
        assertThatThrownBy(() -> BrowserPrograms.find("", "/nowhere/driver"))
                .isInstanceOf(BrowserMissingException.class)
                .hasMessageContaining("stepfree.browser.driver is /nowhere/driver");
    }

    /** Of {@code /proc/<pid>/stat} (proc(5)), where it comes 17th after the name in brackets. */
    private static int niceness(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }

    private static void assertGone(List<ProcessHandle> family) throws IOException {
        Awaitility.await().untilAsserted(() -> assertThat(family).noneMatch(ChromeLifeTest::lives));
        assertThat(folders()).isEmpty();
    }

    private static List<ProcessHandle> family(Chrome chrome) {
        ProcessHandle browser = ProcessHandle.of(chrome.pid()).orElseThrow();
        ProcessHandle driver = browser.parent().orElseThrow();
        return Stream.concat(Stream.of(driver), driver.descendants()).toList();
    }

    /** A zombie that nobody has fetched yet is dead. */
    private static boolean lives(ProcessHandle process) {
        try {
            return process.isAlive()
                    && !Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"))
                            .contains(") Z ");
        } catch (IOException _) {
            return false;
        }
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path ->
                            path.getFileName()
                                    .toString()
                                    .startsWith(
                                            "stepfree-browser-" + ProcessHandle.current().pid()))
                    .toList();
        }
    }
}
