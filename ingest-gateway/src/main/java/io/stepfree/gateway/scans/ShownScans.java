package io.stepfree.gateway.scans;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** Writes scans as clients see them, with the tag that names what was written. Thread-safe. */
public final class ShownScans {

    private final JsonMapper json;

    /**
     * @param json as all answers are written
     */
    public ShownScans(JsonMapper json) {
        this.json = json;
    }

    /** A scan, or its report, as it is sent. */
    record Shown(String json, EntityTag tag) {

        static Shown of(String json) {
            return new Shown(json, EntityTag.of(json));
        }

        /** The same as the answer to another scan, which it is older than by so much. */
        String repeated(Duration age) {
            return "{\"cached\":true,\"ageSeconds\":%d,%s"
                    .formatted(age.toSeconds(), json.substring(1));
        }

        byte[] bytes() {
            return json.getBytes(StandardCharsets.UTF_8);
        }
    }

    Shown show(ScanStatus status) {
        return Shown.of(json.writeValueAsString(status));
    }
}
