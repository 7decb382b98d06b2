package io.stepfree.reporting.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BatchPageTest {

    @Test
    void look() throws IOException {
        var out = new ByteArrayOutputStream();
        new BatchPage().write(new SampleBatch(120), out);
        Files.write(Path.of("target/example-batch.html"), out.toByteArray());
        new BatchPage().write(new SampleBatch(10_000), Files.newOutputStream(Path.of("target/big.html")));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("One fix");
    }
}
