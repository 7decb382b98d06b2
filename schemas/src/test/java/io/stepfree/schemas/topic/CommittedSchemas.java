package io.stepfree.schemas.topic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;

/**
 * The versions of each subject that were ever committed, one file a version: {@code
 * src/compatibility/<subject>/v<number>.avsc}, numbered from 1 without gaps.
 */
final class CommittedSchemas {

    private final Path folder;

    CommittedSchemas() {
        this.folder =
                Path.of(
                        Objects.requireNonNull(System.getProperty("stepfree.root")),
                        "schemas/src/compatibility");
    }

    /** The subjects that have a folder here. */
    List<String> subjects() {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every version of a subject, oldest first; empty when there is none. */
    List<Schema> versions(String subject) {
        var versions = new ArrayList<Schema>();
        try {
            while (Files.exists(file(subject, versions.size() + 1))) {
                // A parser of its own for each version: they define the same names.
                versions.add(
                        new Schema.Parser().parse(file(subject, versions.size() + 1).toFile()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    /** Adds the version after the newest one. */
    void add(String subject, Schema schema) {
        Path file = next(subject);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, SchemaFormatter.format("json/pretty", schema) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where {@link #add} would write. */
    Path next(String subject) {
        return file(subject, versions(subject).size() + 1);
    }

    private Path file(String subject, int version) {
        return folder.resolve(subject).resolve("v%d.avsc".formatted(version));
    }

    /**
     * What stops any two of these schemas from reading each other's records, in either direction
     * (the registry's FULL_TRANSITIVE); empty when nothing does.
     */
    static List<String> obstacles(List<Schema> schemas) {
        var obstacles = new ArrayList<String>();
        for (int reader = 0; reader < schemas.size(); reader++) {
            for (int writer = 0; writer < schemas.size(); writer++) {
                var verdict =
                        SchemaCompatibility.checkReaderWriterCompatibility(
                                schemas.get(reader), schemas.get(writer));
                if (verdict.getType() != SchemaCompatibilityType.COMPATIBLE) {
                    for (var reason : verdict.getResult().getIncompatibilities()) {
                        obstacles.add(
                                "v%d cannot read v%d: %s at %s: %s"
                                        .formatted(
                                                reader + 1,
                                                writer + 1,
                                                reason.getType(),
                                                reason.getLocation(),
                                                reason.getMessage()));
                    }
                }
            }
        }
        return obstacles;
    }
}
