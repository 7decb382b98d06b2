package io.stepfree.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TopicsTest {

    /** The parts of the system that may be named as writers and readers. */
    private static final Set<String> SERVICES =
            Set.of(
                    "ingest-gateway",
                    "scan-scheduler",
                    "scan-processor",
                    "report-builder",
                    "dlq-processor",
                    "alert-processor",
                    "every service");

    static Stream<Topic<?>> topics() {
        return Topics.all().stream();
    }

    @Test
    void noTwoTopicsShareANameOrAType() {
        assertThat(topics().map(Topic::name)).doesNotHaveDuplicates();
        assertThat(topics().map(Topic::type)).doesNotHaveDuplicates();
        assertThat(topics().map(Topic::name)).doesNotContain(Topics.Unreadable.NAME);
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aTopicIsNamedAfterItsPartOfTheSystemAndWhatItHolds(Topic<?> topic) {
        // Never an underscore: the broker's metric names cannot tell "a.b" from "a_b".
        assertThat(topic.name()).matches("(scan|site|ops)\\.[a-z]+(-[a-z]+)*");
        assertThat(topic.subject()).isEqualTo(topic.name() + "-value");
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aTopicHasPartitionsAndKeepsItsRecordsForADayAtLeast(Topic<?> topic) {
        assertThat(topic.partitions()).isBetween(1, 100);
        assertThat(topic.retention()).isGreaterThanOrEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aCompactedTopicHasKeys(Topic<?> topic) {
        if (topic.compacted()) {
            assertThat(topic.key()).isNotEqualTo(Topic.Key.NONE);
        }
    }

    @ParameterizedTest
    @MethodSource("topics")
    void writersAndReadersAreServices(Topic<?> topic) {
        String everybody = topic.writers() + ", " + topic.readers();
        Set<String> named =
                Stream.of(everybody.split(", "))
                        .map(name -> name.replaceAll(" \\(.*", ""))
                        .collect(Collectors.toSet());

        assertThat(SERVICES).containsAll(named);
    }

    @Test
    void theTopicsThatTheSchedulerReadsTogetherAreCoPartitioned() {
        // One task reads partition n of both and owns the state of the hosts in it.
        assertThat(Topics.SCAN_REQUESTS.key()).isEqualTo(Topics.SCAN_ATTEMPTS.key());
        assertThat(Topics.SCAN_REQUESTS.partitions()).isEqualTo(Topics.SCAN_ATTEMPTS.partitions());
    }

    @Test
    void theTopicsThatTellOfASiteAreCoPartitioned() {
        assertThat(Topics.SITE_COMMANDS.partitions())
                .isEqualTo(Topics.SITE_DOCUMENTS.partitions())
                .isEqualTo(Topics.SITE_PAGES.partitions());
    }

    @Test
    void jobsHaveOnePartitionAndNoKeySoThatNoWorkerIdles() {
        assertThat(Topics.SCAN_JOBS.partitions()).isEqualTo(1);
        assertThat(Topics.SCAN_JOBS.key()).isEqualTo(Topic.Key.NONE);
    }

    @ParameterizedTest
    @MethodSource("topics")
    void theValueIsARecordOfTheClassThatTheTopicNames(Topic<?> topic) {
        assertThat(topic.schema().getType()).isEqualTo(Schema.Type.RECORD);
        assertThat(topic.schema().getFullName()).isEqualTo(topic.type().getName());
    }

    @Test
    void theStepsOfABatchOutlastAnOutageAsRequestsDo() {
        assertThat(Topics.SCAN_BATCHES.retention())
                .isGreaterThanOrEqualTo(Topics.SCAN_REQUESTS.retention());
    }

    @Test
    void whatCannotBeDecodedIsKeptAsLongAsDeadLetters() {
        assertThat(Topics.Unreadable.RETENTION)
                .isGreaterThanOrEqualTo(Topics.SCAN_DEAD_LETTERS.retention());
    }
}
