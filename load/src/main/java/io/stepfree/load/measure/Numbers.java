package io.stepfree.load.measure;

import java.util.Collection;
import java.util.Locale;

/** The arithmetic that benchmarks share. */
public final class Numbers {

    private Numbers() {}

    /** The middle one, or the mean of the two in the middle; NaN of nothing. */
    public static double median(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** With three digits after the point, as figures are told. */
    public static double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * 1_000) / 1_000.0 : value;
    }

    /** Of a million bytes each. */
    public static double megabytes(long bytes) {
        return Math.round(bytes / 100_000.0) / 10.0;
    }

    /** With this many digits after the point, whatever the machine's language. */
    public static String text(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
