package io.stepfree.load.leak;

import java.util.List;

/**
 * The straight line through measured points that is nearest to them (least squares), and how sure
 * it is.
 *
 * @param perScan how much the figure grows with each scan
 * @param standardError of that slope
 * @param tolerance how far the true slope may be from it, with 95 % confidence
 */
record Slope(double perScan, double standardError, double tolerance) {

    /**
     * Student's t for 95 % on both sides, by degrees of freedom from 1; then as for 30 and more.
     */
    private static final double[] STUDENT = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045
    };

    private static final double STUDENT_OF_MANY = 2.042;

    /** One point of the line. */
    record Point(double scans, double figure) {}

    /**
     * @throws IllegalArgumentException of fewer than three points, whose scatter says nothing
     */
    static Slope through(List<Point> points) {
        int freedom = points.size() - 2;
        if (freedom < 1) {
            throw new IllegalArgumentException(
                    "%d points make no line with an error".formatted(points.size()));
        }
        double meanScans = points.stream().mapToDouble(Point::scans).average().orElseThrow();
        double meanFigure = points.stream().mapToDouble(Point::figure).average().orElseThrow();
        double spread = 0;
        double product = 0;
        for (Point point : points) {
            double distance = point.scans() - meanScans;
            spread += distance * distance;
            product += distance * (point.figure() - meanFigure);
        }
        double slope = product / spread;
        double squares = 0;
        for (Point point : points) {
            double residual = point.figure() - meanFigure - slope * (point.scans() - meanScans);
            squares += residual * residual;
        }
        double error = Math.sqrt(squares / freedom / spread);
        double student = freedom <= STUDENT.length ? STUDENT[freedom - 1] : STUDENT_OF_MANY;
        return new Slope(slope, error, student * error);
    }

    /** Whether growth is more than chance: the lower end of the slope's interval is above zero. */
    boolean grows() {
        return perScan - tolerance > 0;
    }
}
