package io.stepfree.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.ScanEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Old readers understand new writers and the reverse, over all versions that were ever committed:
 * services are upgraded one by one, and topics keep records for weeks.
 *
 * <p>A changed schema needs a new version file. {@code -Dstepfree.schemas.write=true} writes it.
 */
final class CompatibilityTest {

    private static final String WRITE = "stepfree.schemas.write";

    private final CommittedSchemas committed = new CommittedSchemas();

    static Stream<Topic<?>> topics() {
        return Topics.all().stream();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everyVersionReadsEveryOther(Topic<?> topic) {
        var versions = new ArrayList<>(committed.versions(topic.subject()));
        versions.add(topic.schema());

        assertThat(CommittedSchemas.obstacles(versions))
                .as(
                        "%s is not FULL_TRANSITIVE compatible (v%d is the schema of this build):"
                                + " give a new field a default value, never remove one that has none,"
                                + " and only add symbols to an enum that has a default symbol",
                        topic.subject(), versions.size())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void theNewestCommittedVersionIsTheSchemaOfThisBuild(Topic<?> topic) {
        List<Schema> versions = committed.versions(topic.subject());
        if (Boolean.getBoolean(WRITE)
                && (versions.isEmpty() || !versions.getLast().equals(topic.schema()))) {
            committed.add(topic.subject(), topic.schema());
            versions = committed.versions(topic.subject());
        }

        assertThat(versions.isEmpty() ? null : versions.getLast())
                .as(
                        "%s has changed: write %s by `mvn -pl schemas test -Dtest=CompatibilityTest"
                                + " -D%s=true` and commit it",
                        topic.subject(), committed.next(topic.subject()), WRITE)
                .isEqualTo(topic.schema());
    }

    @Test
    void versionsAreKeptForTheTopicsOfTheCatalogueAndForNothingElse() {
        assertThat(committed.subjects())
                .containsExactlyInAnyOrderElementsOf(topics().map(Topic::subject).toList());
    }

    @Test
    void aNewFieldWithoutADefaultIsFound() {
        String planted = withFirstField("{\"name\":\"planted\",\"type\":\"int\"}");

        assertThat(obstaclesWith(planted))
                .singleElement()
                .asString()
                .startsWith("v2 cannot read v1: READER_FIELD_MISSING_DEFAULT_VALUE")
                .contains("planted");
    }

    @Test
    void aNewFieldWithADefaultIsFine() {
        String extended = withFirstField("{\"name\":\"planted\",\"type\":\"int\",\"default\":0}");

        assertThat(obstaclesWith(extended)).isEmpty();
    }

    @Test
    void aRemovedFieldWithoutADefaultIsFound() {
        String planted =
                ScanEvent.getClassSchema()
                        .toString()
                        .replaceFirst("\"name\":\"scanId\"", "\"name\":\"scan\",\"default\":\"\"");

        assertThat(obstaclesWith(planted))
                .isNotEmpty()
                .allSatisfy(obstacle ->
                        assertThat(obstacle).startsWith("v1 cannot read v2").contains("scanId"));
    }

    @Test
    void aRemovedEnumSymbolIsFoundWhereTheReaderHasNoDefaultSymbol() {
        Schema before = level("\"LOW\",\"MIDDLE\",\"HIGH\"", "");
        Schema after = level("\"LOW\",\"HIGH\"", "");

        assertThat(CommittedSchemas.obstacles(List.of(before, after)))
                .singleElement()
                .asString()
                .startsWith("v2 cannot read v1: MISSING_ENUM_SYMBOLS")
                .contains("MIDDLE");
    }

    @Test
    void aNewEnumSymbolIsFineWhereTheReaderHasADefaultSymbol() {
        Schema before = level("\"LOW\",\"HIGH\"", ",\"default\":\"LOW\"");
        Schema after = level("\"LOW\",\"MIDDLE\",\"HIGH\"", ",\"default\":\"LOW\"");

        assertThat(CommittedSchemas.obstacles(List.of(before, after))).isEmpty();
    }

    @Test
    void aChangedTypeIsFoundInBothDirections() {
        String planted =
                ScanEvent.getClassSchema()
                        .toString()
                        .replace(
                                "\"name\":\"attempt\",\"type\":\"int\"",
                                "\"name\":\"attempt\",\"type\":\"boolean\"")
                        .replace("before the first.\",\"default\":0", "before the first.\"");

        assertThat(obstaclesWith(planted))
                .anySatisfy(obstacle -> assertThat(obstacle).startsWith("v1 cannot read v2"))
                .anySatisfy(obstacle -> assertThat(obstacle).startsWith("v2 cannot read v1"));
    }

    private static List<String> obstaclesWith(String planted) {
        Schema current = ScanEvent.getClassSchema();
        Schema changed = new Schema.Parser().parse(planted);
        assertThat(changed).isNotEqualTo(current);
        return CommittedSchemas.obstacles(List.of(current, changed));
    }

    private static String withFirstField(String field) {
        return ScanEvent.getClassSchema()
                .toString()
                .replaceFirst("\"fields\":\\[", "\"fields\":[" + field + ",");
    }

    private static Schema level(String symbols, String more) {
        return new Schema.Parser()
                .parse(
                        "{\"type\":\"enum\",\"name\":\"Level\",\"symbols\":[%s]%s}"
                                .formatted(symbols, more));
    }
}
