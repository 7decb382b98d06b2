package io.stepfree.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.ScanState;
import io.stepfree.schemas.scan.SiteAddress;
import io.stepfree.schemas.scan.SiteRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who reads a topic from outside has nothing but the schema: it must say what everything means. */
final class SchemaDocumentationTest {

    static Stream<Schema> namedTypes() {
        return allNamedTypes().values().stream();
    }

    @ParameterizedTest
    @MethodSource("namedTypes")
    void everyTypeAndEveryFieldSaysWhatItIsFor(Schema schema) {
        var undocumented = new ArrayList<String>();
        if (blank(schema.getDoc())) {
            undocumented.add(schema.getFullName());
        }
        if (schema.getType() == Schema.Type.RECORD) {
            for (Schema.Field field : schema.getFields()) {
                if (blank(field.doc())) {
                    undocumented.add(schema.getFullName() + "." + field.name());
                }
            }
        }

        assertThat(undocumented).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("namedTypes")
    void everyEnumHasADefaultSymbolForWhatNewerWritersAdd(Schema schema) {
        if (schema.getType() == Schema.Type.ENUM) {
            assertThat(schema.getEnumDefault()).as(schema.getFullName()).isNotNull();
        }
    }

    @Test
    void theTypesInsideOfTypesAreLookedAtToo() {
        assertThat(allNamedTypes())
                .containsKeys(
                        "io.stepfree.schemas.scan.FindingNode",
                        "io.stepfree.schemas.scan.FailureType",
                        "io.stepfree.schemas.scan.Phase",
                        "io.stepfree.schemas.ops.Severity");
    }

    private static Map<String, Schema> allNamedTypes() {
        var types = new TreeMap<String, Schema>();
        for (Topic<?> topic : Topics.all()) {
            collect(topic.schema(), types);
        }
        collect(ScanState.getClassSchema(), types);
        collect(SiteRow.getClassSchema(), types);
        collect(SiteAddress.getClassSchema(), types);
        return types;
    }

    private static void collect(Schema schema, Map<String, Schema> types) {
        switch (schema.getType()) {
            case RECORD -> {
                if (types.putIfAbsent(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema(), types));
                }
            }
            case ENUM, FIXED -> types.putIfAbsent(schema.getFullName(), schema);
            case ARRAY -> collect(schema.getElementType(), types);
            case MAP -> collect(schema.getValueType(), types);
            case UNION -> List.copyOf(schema.getTypes()).forEach(type -> collect(type, types));
            case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
                // Nothing of ours to document.
            }
        }
    }

    private static boolean blank(String text) {
        return text == null || text.isBlank();
    }
}
