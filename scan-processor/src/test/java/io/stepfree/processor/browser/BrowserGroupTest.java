package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrowserGroupTest {

    private static final List<String> MOUNTS =
            List.of(
                    "25 1 0:22 / /proc rw,nosuid shared:5 - proc proc rw",
                    "30 25 0:26 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw",
                    "31 25 0:27 /outer /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory");

    @Test
    void theGroupIsMadeBelowOurOwn() {
        assertThat(BrowserGroup.place(MOUNTS, List.of("4:memory:/outer/worker", "0::/")))
                .contains(new BrowserGroup.Place(Path.of("/sys/fs/cgroup/memory/worker"), 1));
        assertThat(BrowserGroup.place(MOUNTS, List.of("0::/system.slice/worker")))
                .contains(
                        new BrowserGroup.Place(
                                Path.of("/sys/fs/cgroup/unified/system.slice/worker"), 2));
    }

    @Test
    void withoutAHierarchyThereIsNoGroup() {
        assertThat(BrowserGroup.place(MOUNTS, List.of("4:memory:/elsewhere"))).isEmpty();
        assertThat(BrowserGroup.place(List.of(), List.of("0::/"))).isEmpty();
        assertThat(BrowserGroup.place(MOUNTS, List.of())).isEmpty();
    }

    @Test
    void whatOutgrowsItsGroupIsKilledByTheKernelAndNothingIsLeft() throws Exception {
        Optional<BrowserGroup> made = BrowserGroup.create(32 << 20);
        assumeThat(made).as("a machine that lets us make control groups").isPresent();
        Process bomb;
        try (BrowserGroup group = made.orElseThrow()) {
            assertThat(group.hasKilled()).isFalse();
            bomb =
                    new ProcessBuilder(
                                    "sh", "-c", "read go; head -c 200000000 /dev/zero | tail -n 1")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            group.add(bomb.pid());
            bomb.outputWriter().write("go\n");
            bomb.outputWriter().flush();
            assertThat(bomb.onExit().get(20, java.util.concurrent.TimeUnit.SECONDS).exitValue())
                    .isNotZero();
            assertThat(group.hasKilled()).isTrue();
            assertThat(group.hasKilled()).as("asked once more").isFalse();
            assertThat(Files.exists(group.path())).isTrue();
        }
        assertThat(Files.exists(made.orElseThrow().path())).isFalse();
    }
}
