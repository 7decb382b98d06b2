package io.stepfree.load.validity;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.scanner.NpmFolder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The programs and schemas of others that are only on npm. Where there is no Node.js, npm or
 * network, the tests that need them are skipped and say why; for any other reason they fail.
 */
final class Validators {

    /** What another machine may do better: it has npm, or a network. */
    private static final Pattern OF_THE_MACHINE =
            Pattern.compile(
                    "there is no (node|npm) on the PATH|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT");

    private static @Nullable Path packages;
    private static @Nullable String missing;

    private Validators() {}

    /** The folder {@code node_modules} of what is pinned in {@code npm/validators}. */
    static synchronized Path packages() throws InterruptedException {
        if (packages == null && missing == null) {
            install();
        }
        assumeTrue(packages != null, missing);
        return Objects.requireNonNull(packages);
    }

    private static void install() throws InterruptedException {
        var root = Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));
        try {
            packages = NpmFolder.install(root, "validators").resolve("node_modules");
        } catch (MeasurementException e) {
            String why = Objects.requireNonNull(e.getMessage());
            if (!OF_THE_MACHINE.matcher(why).find()) {
                throw e;
            }
            missing = "skipped, so nothing shows that reports are valid: " + why;
            tell(missing);
        }
    }

    /** A skipped test is quiet in Maven's output, so the reason goes where it is seen. */
    private static void tell(String reason) {
        // Not closed, since that would close the error output of the whole process.
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
                .println("[WARNING] Tests of validity are " + reason);
    }
}
