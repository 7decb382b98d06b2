package io.stepfree.standalone.client;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many scans as they are sent.
 *
 * @param mediaType in which form
 * @param content can be sent more than once
 */
public record BulkBody(String mediaType, BodyPublisher content) {

    private static final String NDJSON = "application/x-ndjson";
    private static final Map<String, String> MEDIA_TYPES =
            Map.of(
                    "csv",
                    "text/csv",
                    "ndjson",
                    NDJSON,
                    "jsonl",
                    NDJSON,
                    "json",
                    "application/json");

    /**
     * The scans in a file. The ending of its name tells its form; without one that is known, it has
     * an address in each line.
     *
     * @throws IOException when it cannot be read
     */
    public static BulkBody of(Path file) throws IOException {
        String mediaType = MEDIA_TYPES.get(ending(file));
        return mediaType == null
                ? new BulkBody(NDJSON, BodyPublishers.ofString(addresses(file)))
                : new BulkBody(mediaType, BodyPublishers.ofFile(file));
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static String addresses(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        String unmarked = text.startsWith("\ufeff") ? text.substring(1) : text;
        return unmarked.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> JsonMapper.shared().createObjectNode().put("url", line).toString())
                .collect(Collectors.joining("\n"));
    }
}
