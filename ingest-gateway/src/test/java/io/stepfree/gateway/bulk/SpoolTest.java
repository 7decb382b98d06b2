package io.stepfree.gateway.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A body on disk, which nobody else can read. */
final class SpoolTest {

    private static final long LONGEST = 10L * 1024 * 1024;
    private static final Duration WITHIN = Duration.ofSeconds(60);

    @Test
    void aBodyIsReadAsOftenAsOneLikes() throws IOException {
        byte[] body = "https://example.com/ä\r\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);
        try (var spool = spool(new ByteArrayInputStream(body))) {
            assertThat(spool.open().readAllBytes()).isEqualTo(body);
            assertThat(spool.open().readAllBytes()).isEqualTo(body);
            assertThat(spool.open().read()).isEqualTo('h');
            assertThat(spool.sha256()).hasSize(64);
        }
    }

    @Test
    void theLongestBodyPassesThroughASmallBuffer() throws IOException {
        var source = new Generated(LONGEST, () -> 0);
        try (var spool = spool(source);
                InputStream read = spool.open()) {
            long length = 0;
            for (long more = read.skip(LONGEST); more > 0; more = read.skip(LONGEST)) {
                length += more;
            }
            assertThat(length).isEqualTo(LONGEST);
        }
        assertThat(source.largestRead).isLessThanOrEqualTo(64 * 1024);
    }

    @Test
    void itsFileHasNoNameAndNothingInClear() throws IOException {
        String secret = "hunter2-hunter2-hunter2";
        try (var spool = spool(new ByteArrayInputStream(secret.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(spool.sha256()).isNotEmpty();
            List<Path> open = openFiles();
            assertThat(open).isNotEmpty();
            for (Path file : open) {
                assertThat(Files.exists(Files.readSymbolicLink(file))).isFalse();
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .hasSize(secret.length())
                        .doesNotContain("hunter2");
            }
        }
        assertThat(openFiles()).isEmpty();
    }

    @Test
    void oneByteMoreIsTooLarge() {
        assertRefused(new Generated(LONGEST + 1, () -> 0), ProblemType.BODY_TOO_LARGE);
    }

    @Test
    void ofABodyWithoutEndOnlyAPartIsRead() {
        var source = new Generated(Long.MAX_VALUE, () -> 0);

        assertRefused(source, ProblemType.BODY_TOO_LARGE);

        assertThat(source.given).isLessThan(3 * LONGEST);
    }

    @Test
    void aBodyThatBreaksOffIsNotTaken() {
        var source =
                new Generated(
                        LONGEST,
                        () -> {
                            throw new IllegalStateException("broken off");
                        });

        assertRefused(source, ProblemType.BAD_REQUEST);
    }

    @Test
    void aBodyThatDripsIsGivenUp() {
        var source =
                new Generated(
                        LONGEST,
                        () -> {
                            try {
                                Thread.sleep(20);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return 1;
                        });
        assertThatThrownBy(() -> Spool.of(source(source), LONGEST, Duration.ofMillis(100)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.type()).isEqualTo(ProblemType.BODY_TOO_SLOW));
    }

    private static void assertRefused(InputStream body, ProblemType type) {
        assertThatThrownBy(() -> spool(body))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.type()).isEqualTo(type));
    }

    private static Spool spool(InputStream body) {
        return Spool.of(source(body), LONGEST, WITHIN);
    }

    private static JsonBody.Source source(InputStream body) {
        return new JsonBody.Source("text/csv", null, -1, body);
    }

    /** The spools that this process has open. */
    private static List<Path> openFiles() throws IOException {
        var found = new ArrayList<Path>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : all.toList()) {
                try {
                    if (Files.readSymbolicLink(file).toString().contains("stepfree-bulk-")) {
                        found.add(file);
                    }
                } catch (IOException _) {
                    // Closed meanwhile.
                }
            }
        }
        return found;
    }

    /** A body that is made while it is read. */
    private static final class Generated extends InputStream {

        private final long length;
        private final IntSupplier before;
        private long given;
        private int largestRead;

        /**
         * @param before is asked before each read for how many bytes to give, 0 for all
         */
        Generated(long length, IntSupplier before) {
            this.length = length;
            this.before = before;
        }

        @Override
        public int read() {
            throw new AssertionError("one by one is slow");
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            largestRead = Math.max(largestRead, most);
            int bound;
            try {
                bound = before.getAsInt();
            } catch (IllegalStateException e) {
                throw new IOException(e);
            }
            if (given == length) {
                return -1;
            }
            int count = (int) Math.min(bound == 0 ? most : Math.min(bound, most), length - given);
            given += count;
            return count;
        }
    }
}
