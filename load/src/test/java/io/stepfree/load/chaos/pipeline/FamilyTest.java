package io.stepfree.load.chaos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class FamilyTest {

    @Test
    void aProcessIsStoppedBetweenItsTwoSignalsAndThenRunsOn() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(Family.isStopped(process.pid())).isFalse();

            Signals.send("STOP", process.pid());
            await().until(() -> Family.isStopped(process.pid()));
            assertThat(Family.runs(process.pid())).isTrue();

            Signals.send("CONT", process.pid());
            await().until(() -> !Family.isStopped(process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Family.runs(process.pid())).isFalse();
        assertThat(Family.isStopped(process.pid())).isFalse();
    }
}
