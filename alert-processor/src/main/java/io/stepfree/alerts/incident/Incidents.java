package io.stepfree.alerts.incident;

import io.stepfree.alerts.incident.IncidentState.Ended;
import io.stepfree.alerts.metric.Metric;
import io.stepfree.alerts.metric.MetricPolicy;
import io.stepfree.alerts.metric.Reading;
import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The incidents that have not ended. One begins with the first of its metrics that is over its
 * threshold and ends when each is a tenth below; it is told when it begins, when it becomes more
 * urgent than it has been, when a part joins it of a metric that {@link Metric#tellsEachPart tells
 * each}, and when it ends, and never otherwise.
 *
 * <p>Nobody is told of what is silenced, nor of anything for a cooldown after its last end, unless
 * it is more urgent than that one was. If it goes on after that, it is told then; if it has ended
 * meanwhile, it never is. An end is told always, and only, when the beginning was.
 *
 * <p>All of it is in a store, so that a restart neither repeats nor forgets anything. For one
 * thread.
 */
public final class Incidents {

    /** The store's name. */
    public static final String STORE = "incidents";

    /** A bad day on a thousand hosts is no reason for a row of a megabyte. */
    private static final int MOST_MEMBERS = 100;

    private final KeyValueStore<String, IncidentState> store;
    private final Map<Metric, MetricPolicy> policies;
    private final Silences silences;

    /**
     * @param policies what each metric is held against
     */
    public Incidents(
            KeyValueStore<String, IncidentState> store,
            Map<Metric, MetricPolicy> policies,
            Silences silences) {
        this.store = store;
        this.policies = policies;
        this.silences = silences;
    }

    /** Makes the store. */
    public static StoreBuilder<KeyValueStore<String, IncidentState>> store() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE),
                Serdes.String(),
                new JsonSerde<>(IncidentState.class));
    }

    /**
     * Holds what was measured against the policies.
     *
     * @param readings of each metric that is looked at and known, by its parts
     * @return what has to be told, each thing once
     */
    public List<News> judge(Map<Metric, Map<String, Reading>> readings, long nowMillis) {
        var news = new ArrayList<News>();
        var keys = new TreeSet<String>();
        policies.keySet().forEach(metric -> keys.add(metric.incident()));
        for (String key : keys) {
            judge(key, readings, nowMillis).ifPresent(news::add);
        }
        return news;
    }

    private Optional<News> judge(
            String key, Map<Metric, Map<String, Reading>> readings, long nowMillis) {
        IncidentState known = store.get(key);
        IncidentState before = known == null ? IncidentState.NONE : known;
        Incident open = before.open();
        Map<Member, Severity> over = over(key, open, readings);
        if (over.isEmpty()) {
            return open == null ? Optional.empty() : end(key, before, open, readings, nowMillis);
        }
        Incident now =
                (open == null ? Incident.begin(nowMillis, lead(over, readings)) : open)
                        .of(over.keySet().stream().limit(MOST_MEMBERS).toList());
        Map<Member, Severity> audible = new TreeMap<>(over);
        audible.keySet().removeIf(member -> silences.cover(key, member, nowMillis));
        if (audible.isEmpty()) {
            keep(key, known, new IncidentState(now, before.last()));
            return Optional.empty();
        }
        Severity most = audible.values().stream().max(Comparator.naturalOrder()).orElseThrow();
        Member lead = lead(audible, readings);
        boolean first = isToTell(now, most, lead, before.last(), nowMillis);
        Map<Member, Severity> joined = joined(now, audible);
        if (first || !joined.isEmpty()) {
            lead = first ? lead : lead(joined, readings);
            Incident told = now.toldAs(most, lead, audible.keySet());
            keep(key, known, new IncidentState(told, before.last()));
            AlertState state = now.told() == null ? AlertState.FIRED : AlertState.ESCALATED;
            audible.remove(lead);
            return Optional.of(
                    new News(
                            key,
                            state,
                            most,
                            now.sinceMillis(),
                            lead,
                            reading(lead, readings),
                            List.copyOf(audible.keySet())));
        }
        keep(key, known, new IncidentState(calmed(now, most, lead, nowMillis), before.last()));
        return Optional.empty();
    }

    /** What nobody was told of, although they were told of the incident. */
    private static Map<Member, Severity> joined(Incident now, Map<Member, Severity> audible) {
        var joined = new TreeMap<Member, Severity>();
        if (now.told() != null) {
            audible.forEach((member, severity) -> {
                if (member.metric().tellsEachPart() && !now.toldOf().contains(member)) {
                    joined.put(member, severity);
                }
            });
        }
        return joined;
    }

    private boolean isToTell(
            Incident now, Severity most, Member lead, @Nullable Ended last, long nowMillis) {
        return now.told() == null
                ? last == null
                        || most.compareTo(last.severity()) > 0
                        || nowMillis - last.atMillis() >= cooldownMillis(lead)
                        // The clock was set back: how long ago that was is not known.
                        || nowMillis < last.atMillis()
                : most.compareTo(now.told()) > 0;
    }

    /** What has been less urgent for a cooldown is told again when it gets worse. */
    private Incident calmed(Incident now, Severity most, Member lead, long nowMillis) {
        Severity told = now.told();
        if (told == null || most.compareTo(told) >= 0) {
            return now.calmerSince(null);
        }
        Long since = now.calmerSinceMillis();
        if (since == null) {
            return now.calmerSince(nowMillis);
        }
        return nowMillis < since || nowMillis - since >= cooldownMillis(lead)
                ? now.rearmed(most)
                : now;
    }

    private long cooldownMillis(Member lead) {
        return policies.getOrDefault(lead.metric(), lead.metric().defaults()).cooldown().toMillis();
    }

    /** What is over its threshold, or was and is not known to be calm, and how urgent it is. */
    private Map<Member, Severity> over(
            String key, @Nullable Incident open, Map<Metric, Map<String, Reading>> readings) {
        var over = new TreeMap<Member, Severity>();
        policies.forEach((metric, policy) -> {
            if (policy.enabled() && metric.incident().equals(key)) {
                readings.getOrDefault(metric, Map.of())
                        .forEach((subject, reading) -> {
                            if (fires(policy, reading)) {
                                over.put(
                                        new Member(metric, subject),
                                        policy.severityOf(reading.value()));
                            }
                        });
            }
        });
        if (open != null) {
            open.members().stream()
                    .filter(member -> staysOver(member, readings))
                    .forEach(member -> over.putIfAbsent(member, severity(member)));
        }
        return over;
    }

    private static boolean fires(MetricPolicy policy, Reading reading) {
        return reading.firing()
                && reading.value() >= policy.threshold()
                && reading.samples() >= policy.minimum();
    }

    private boolean staysOver(Member member, Map<Metric, Map<String, Reading>> readings) {
        MetricPolicy policy = policies.get(member.metric());
        Map<String, Reading> known = readings.get(member.metric());
        if (policy == null || !policy.enabled()) {
            return false;
        }
        if (known == null) {
            return true;
        }
        Reading reading = known.get(member.subject());
        return reading != null && (policy.holdsAt(reading.value()) || !reading.ending());
    }

    private Severity severity(Member member) {
        return policies.getOrDefault(member.metric(), member.metric().defaults()).severity();
    }

    /** The most urgent; of several the first in the catalogue, and of its parts the highest. */
    private static Member lead(
            Map<Member, Severity> over, Map<Metric, Map<String, Reading>> readings) {
        return over.entrySet().stream()
                .max(
                        Map.Entry.<Member, Severity>comparingByValue()
                                .thenComparing(
                                        entry -> entry.getKey().metric(), Comparator.reverseOrder())
                                .thenComparingDouble(entry -> value(entry.getKey(), readings)))
                .orElseThrow()
                .getKey();
    }

    private static double value(Member member, Map<Metric, Map<String, Reading>> readings) {
        Reading reading = reading(member, readings);
        return reading == null ? 0 : reading.value();
    }

    private static @Nullable Reading reading(
            Member member, Map<Metric, Map<String, Reading>> readings) {
        return readings.getOrDefault(member.metric(), Map.of()).get(member.subject());
    }

    private Optional<News> end(
            String key,
            IncidentState before,
            Incident open,
            Map<Metric, Map<String, Reading>> readings,
            long nowMillis) {
        Severity worst = open.worst();
        if (worst == null) {
            keep(key, before, new IncidentState(null, before.last()));
            return Optional.empty();
        }
        keep(key, before, new IncidentState(null, new Ended(nowMillis, worst)));
        return Optional.of(
                new News(
                        key,
                        AlertState.RESOLVED,
                        worst,
                        open.sinceMillis(),
                        open.lead(),
                        reading(open.lead(), readings),
                        List.of()));
    }

    private void keep(String key, @Nullable IncidentState before, IncidentState after) {
        if (!after.equals(before)) {
            store.put(key, after);
        }
    }
}
