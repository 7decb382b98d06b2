package io.stepfree.alerts.errorrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The attempts of one second, or of several seconds added up.
 *
 * @param samples how many attempts were counted
 * @param failures how many of them failed, by type of failure
 * @param requestIds the requests of some that failed, newest last, at most {@value #REQUEST_IDS}
 */
record Bucket(long samples, Map<String, Long> failures, List<String> requestIds) {

    static final int REQUEST_IDS = 5;
    static final Bucket EMPTY = new Bucket(0, Map.of(), List.of());

    Bucket {
        failures = Map.copyOf(failures);
        requestIds = List.copyOf(requestIds);
    }

    static Bucket of(AttemptSample sample) {
        String failure = sample.failure();
        return failure == null
                ? new Bucket(1, Map.of(), List.of())
                : new Bucket(1, Map.of(failure, 1L), List.of(sample.requestId()));
    }

    /** Both together; of the request ids the later bucket's are kept first of all. */
    Bucket plus(Bucket later) {
        var sum = new TreeMap<>(failures);
        later.failures.forEach((type, count) -> sum.merge(type, count, Long::sum));
        var ids = new ArrayList<>(requestIds);
        ids.removeAll(later.requestIds);
        ids.addAll(later.requestIds);
        return new Bucket(
                samples + later.samples,
                sum,
                ids.subList(Math.max(0, ids.size() - REQUEST_IDS), ids.size()));
    }

    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The share of failures, from 0 to 1; 0 without samples. */
    double errorRate() {
        return samples == 0 ? 0 : (double) failed() / samples;
    }
}
