package io.stepfree.processor.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.process.ProcessTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BrowserGroupTest {

    private static final List<String> MOUNTS =
            List.of(
                    "25 1 0:22 / /proc rw,nosuid shared:5 - proc proc rw",
                    "30 25 0:26 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw",
                    "31 25 0:27 /outer /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory");

    @Test
    void theGroupIsMadeBelowOurOwn() {
        assertThat(BrowserGroup.place(MOUNTS, List.of("4:memory:/outer/worker", "0::/"), "memory"))
                .contains(new BrowserGroup.Place(Path.of("/sys/fs/cgroup/memory/worker"), 1));
        assertThat(BrowserGroup.place(MOUNTS, List.of("0::/system.slice/worker"), "cpu"))
                .contains(
                        new BrowserGroup.Place(
                                Path.of("/sys/fs/cgroup/unified/system.slice/worker"), 2));
    }

    @Test
    void withoutAHierarchyThereIsNoGroup() {
        assertThat(BrowserGroup.place(MOUNTS, List.of("4:memory:/elsewhere"), "memory")).isEmpty();
        assertThat(BrowserGroup.place(List.of(), List.of("0::/"), "memory")).isEmpty();
        assertThat(BrowserGroup.place(MOUNTS, List.of(), "memory")).isEmpty();
    }

    @Test
    void whatOutgrowsItsGroupIsKilledByTheKernelAndNothingIsLeft() throws Exception {
        Optional<BrowserGroup> made =
                BrowserGroup.create(32 << 20, 1).filter(BrowserGroup::boundsMemory);
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
            assertThat(group.paths()).isNotEmpty().allMatch(Files::exists);
        }
        assertThat(made.orElseThrow().paths()).noneMatch(Files::exists);
    }

    @Test
    void whatSpinsGetsNoMoreOfTheProcessorThanItsShare() throws Exception {
        double cores = 0.2;
        Optional<BrowserGroup> made =
                BrowserGroup.create(1 << 30, cores).filter(group -> group.processor().isPresent());
        assumeThat(made).as("a machine that lets us bound the processor").isPresent();
        Process spinner =
                new ProcessBuilder("sh", "-c", "read go; while :; do :; done & while :; do :; done")
                        .start();
        try (BrowserGroup group = made.orElseThrow()) {
            Path statistics = group.processor().orElseThrow();
            try {
                group.add(spinner.pid());
                group.keepApart(List.of(spinner.pid()));
                spinner.outputWriter().write("go\n");
                spinner.outputWriter().flush();
                long start = System.nanoTime();
                await().until(() -> SharedBrowserTest.throttled(statistics) > 10);
                Duration used =
                        Stream.concat(Stream.of(spinner.toHandle()), spinner.descendants())
                                .flatMap(process -> process.info().totalCpuDuration().stream())
                                .reduce(Duration.ZERO, Duration::plus);
                double allowed = cores * (System.nanoTime() - start) / 1e6;
                // A clock tick or two for each, and what one period holds.
                assertThat((double) used.toMillis()).isLessThan(allowed * 1.1 + 60);
            } finally {
                List<ProcessHandle> all =
                        Stream.concat(Stream.of(spinner.toHandle()), spinner.descendants())
                                .toList();
                all.forEach(ProcessHandle::destroyForcibly);
                await().until(() -> all.stream().noneMatch(one -> ProcessTree.lives(one.pid())));
            }
        }
        assertThat(made.orElseThrow().paths()).noneMatch(Files::exists);
    }

    @Test
    void aPageThatHasGoneTakesItsShareAlong() throws Exception {
        Optional<BrowserGroup> made =
                BrowserGroup.create(1 << 30, 1).filter(group -> group.processor().isPresent());
        assumeThat(made).as("a machine that lets us bound the processor").isPresent();
        Process page = new ProcessBuilder("sh", "-c", "read go").start();
        try (BrowserGroup group = made.orElseThrow()) {
            Path share = group.processor().orElseThrow().resolve("page-" + page.pid());
            group.add(page.pid());
            group.keepApart(List.of(page.pid()));
            assertThat(Files.readAllLines(share.resolve("cgroup.procs")))
                    .containsExactly(String.valueOf(page.pid()));
            page.outputWriter().close();
            int _ = page.waitFor();
            await().untilAsserted(() -> {
                group.keepApart(List.of());
                assertThat(share).doesNotExist();
            });
        } finally {
            page.destroyForcibly();
        }
    }
}
