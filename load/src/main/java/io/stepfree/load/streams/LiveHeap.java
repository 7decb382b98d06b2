package io.stepfree.load.streams;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is alive in the heap of another Java virtual machine, as its own jcmd counts it. */
final class LiveHeap {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

    private LiveHeap() {}

    /** Bytes, after a collection that this asks for. */
    static long bytes(long pid) throws InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process =
                    new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                            .redirectErrorStream(true)
                            .start();
            String told =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            Matcher total = TOTAL.matcher(told);
            if (!total.find()) {
                throw new MeasurementException(
                        "jcmd does not tell the gateway's heap: "
                                + told.lines().findFirst().orElse(""));
            }
            return Long.parseLong(total.group(1));
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be run (%s).".formatted(jcmd, e), e);
        }
    }
}
