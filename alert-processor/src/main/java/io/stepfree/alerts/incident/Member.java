package io.stepfree.alerts.incident;

import io.stepfree.alerts.metric.Metric;
import java.util.Comparator;

/**
 * A metric, or a part of one, that is over its threshold.
 *
 * @param metric the metric
 * @param subject the part, as a host; {@code ""} for a metric without parts
 */
public record Member(Metric metric, String subject) implements Comparable<Member> {

    private static final Comparator<Member> ORDER =
            Comparator.comparing(Member::metric).thenComparing(Member::subject);

    /** As silences name it: {@code error-rate}, or {@code host-error-rate/shop.example}. */
    public String label() {
        return subject.isEmpty() ? metric.label() : metric.label() + "/" + subject;
    }

    @Override
    public int compareTo(Member other) {
        return ORDER.compare(this, other);
    }
}
