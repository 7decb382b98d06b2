package io.stepfree.alerts.incident;

import io.stepfree.schemas.ops.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident that has not ended.
 *
 * @param sinceMillis when it began, in milliseconds since the epoch
 * @param told what it is told again above; null while nobody was told
 * @param worst the most urgent it was told as; null while nobody was told
 * @param calmerSinceMillis since when it is less urgent than it was told as; null when it is not
 * @param lead what it was mostly about when it was last told, or began
 * @param members all that is over its threshold
 */
record Incident(
        long sinceMillis,
        @Nullable Severity told,
        @Nullable Severity worst,
        @Nullable Long calmerSinceMillis,
        Member lead,
        List<Member> members) {

    Incident {
        members = List.copyOf(members);
    }

    static Incident begin(long nowMillis, Member lead) {
        return new Incident(nowMillis, null, null, null, lead, List.of());
    }

    Incident of(List<Member> nowMembers) {
        return new Incident(sinceMillis, told, worst, calmerSinceMillis, lead, nowMembers);
    }

    Incident toldAs(Severity severity, Member newLead) {
        Severity most = worst == null || severity.compareTo(worst) > 0 ? severity : worst;
        return new Incident(sinceMillis, severity, most, null, newLead, members);
    }

    /** From now on it is told again above this. */
    Incident rearmed(Severity severity) {
        return new Incident(sinceMillis, severity, worst, null, lead, members);
    }

    Incident calmerSince(@Nullable Long millis) {
        return new Incident(sinceMillis, told, worst, millis, lead, members);
    }
}
