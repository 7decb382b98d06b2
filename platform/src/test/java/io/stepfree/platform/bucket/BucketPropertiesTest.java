package io.stepfree.platform.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class BucketPropertiesTest {

    @Test
    void thereIsNoBucketByDefault() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new BucketProperties(
                                "", null, "", "reports/", false, Duration.ofSeconds(5)));
        assertThat(bind(Map.of()).isSet()).isFalse();
    }

    @Test
    void allOfItMayBeChosen() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.reports.s3.bucket",
                                        "a-bucket",
                                        "stepfree.reports.s3.endpoint",
                                        "https://s3.example:9000",
                                        "stepfree.reports.s3.region",
                                        "eu-central-1",
                                        "stepfree.reports.s3.prefix",
                                        "team/reports",
                                        "stepfree.reports.s3.path-style",
                                        "true",
                                        "stepfree.reports.s3.timeout",
                                        "2s")))
                .isEqualTo(
                        new BucketProperties(
                                "a-bucket",
                                URI.create("https://s3.example:9000"),
                                "eu-central-1",
                                "team/reports/",
                                true,
                                Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "bucket, A_Bucket, is no name of a bucket",
        "bucket, ab, is no name of a bucket",
        "bucket, a..b, is no name of a bucket",
        "endpoint, ftp://s3.example, is no address such as",
        "endpoint, https://id:secret@s3.example, is no address such as",
        "endpoint, https://s3.example/bucket, is no address such as",
        "prefix, ../other, may only have names",
        "prefix, a/../b, may only have names",
        "prefix, /a, may only have names",
        "prefix, a b, may only have names",
        "timeout, 99ms, is not from PT0.1S to PT1M",
        "timeout, 61s, is not from PT0.1S to PT1M"
    })
    void whatCannotWorkIsRefusedWithItsNameAndTheCure(String setting, String value, String why) {
        assertThatThrownBy(() -> bind(Map.of("stepfree.reports.s3." + setting, value)))
                .rootCause()
                .hasMessageStartingWith("stepfree.reports.s3." + setting)
                .hasMessageContaining(why);
    }

    private static BucketProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.reports.s3", BucketProperties.class);
    }
}
