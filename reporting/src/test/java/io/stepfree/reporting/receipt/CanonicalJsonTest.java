package io.stepfree.reporting.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

class CanonicalJsonTest {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();

    @Test
    void aStringIsWrittenAsAMapperWritesItWhateverIsInIt() {
        var random = new Random(8785);
        for (int round = 0; round < 20_000; round++) {
            int limit = round % 2 == 0 ? 0x80 : 0x1_0000;
            String text =
                    random.ints(random.nextInt(12), 0, limit)
                            .collect(
                                    StringBuilder::new,
                                    (builder, unit) -> builder.append((char) unit),
                                    StringBuilder::append)
                            .toString();
            assertThat(CanonicalJson.write(CanonicalJson.text(text)))
                    .isEqualTo(MAPPER.writeValueAsString(text));
        }
    }

    @Test
    void membersAreInTheOrderOfTheirNamesAndNumbersWithoutWhatSaysNothing() {
        assertThat(
                        CanonicalJson.write(
                                CanonicalJson.read(
                                        "{ \"b\": 2.50e1, \"a/\\n\\u0001\": [null, true, \"x\"], \"\": {} }")))
                .isEqualTo("{\"\":{},\"a/\\n\\u0001\":[null,true,\"x\"],\"b\":25}");
    }
}
