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

    /**
     * The value below or at which this share of them is, three digits after the point.
     *
     * @param share above 0, at most 1
     */
    public static double percentile(Collection<Double> values, double share) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int place = (int) Math.ceil(share * sorted.length) - 1;
        return rounded(sorted[Math.clamp(place, 0, sorted.length - 1)]);
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
