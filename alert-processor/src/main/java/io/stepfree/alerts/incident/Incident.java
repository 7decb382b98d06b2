package io.stepfree.alerts.incident;

import io.stepfree.schemas.ops.Severity;
import java.util.Collection;
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
 * @param toldOf those of them that were told, of metrics that tell each part
 */
record Incident(
        long sinceMillis,
        @Nullable Severity told,
        @Nullable Severity worst,
        @Nullable Long calmerSinceMillis,
        Member lead,
        List<Member> members,
        List<Member> toldOf) {

    /* One that an older version kept knows of none. */
    Incident(
            long sinceMillis,
            @Nullable Severity told,
            @Nullable Severity worst,
            @Nullable Long calmerSinceMillis,
            Member lead,
            List<Member> members,
            @Nullable List<Member> toldOf) {
        this.sinceMillis = sinceMillis;
        this.told = told;
        this.worst = worst;
        this.calmerSinceMillis = calmerSinceMillis;
        this.lead = lead;
        this.members = List.copyOf(members);
        this.toldOf = toldOf == null ? List.of() : List.copyOf(toldOf);
    }

    static Incident begin(long nowMillis, Member lead) {
        return new Incident(nowMillis, null, null, null, lead, List.of(), List.of());
    }

    /** Of what is none of it any more it is told again when it comes back. */
    Incident of(List<Member> nowMembers) {
        List<Member> still = toldOf.stream().filter(nowMembers::contains).toList();
        return new Incident(sinceMillis, told, worst, calmerSinceMillis, lead, nowMembers, still);
    }

    /**
     * It was told.
     *
     * @param of all that was told of, with what was told before
     */
    Incident toldAs(Severity severity, Member newLead, Collection<Member> of) {
        List<Member> each =
                members.stream()
                        .filter(member -> member.metric().tellsEachPart())
                        .filter(member -> of.contains(member) || toldOf.contains(member))
                        .toList();
        Severity most = worst == null || severity.compareTo(worst) > 0 ? severity : worst;
        return new Incident(sinceMillis, severity, most, null, newLead, members, each);
    }

    /** From now on it is told again above this. */
    Incident rearmed(Severity severity) {
        return new Incident(sinceMillis, severity, worst, null, lead, members, toldOf);
    }

    Incident calmerSince(@Nullable Long millis) {
        return new Incident(sinceMillis, told, worst, millis, lead, members, toldOf);
    }
}
