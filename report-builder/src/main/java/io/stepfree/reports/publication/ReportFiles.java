package io.stepfree.reports.publication;

import io.stepfree.reports.document.ReportDocument;
import io.stepfree.reports.document.ReportJson;
import io.stepfree.reports.page.HtmlPage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Keeps reports as files: {@code <directory>/<day of completion, UTC>/<scan id>/report.html} and
 * {@code report.json}.
 *
 * <p>A file is there whole or not at all, also after a power cut: it is written beside its place,
 * flushed to the disk and then moved. Name and content depend on the document alone, so writing
 * again is harmless. Thread-safe for different scans.
 */
public final class ReportFiles {

    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Path directory;
    private final HtmlPage page;

    /**
     * @param directory where reports are kept; made when it is not there
     * @param page renders the HTML
     * @throws ReportDirectoryException when the directory cannot be made or written to
     */
    public ReportFiles(Path directory, HtmlPage page) {
        this.directory = directory.toAbsolutePath().normalize();
        this.page = page;
        try {
            Files.createDirectories(this.directory);
            Files.delete(Files.createTempFile(this.directory, ".writable-", null));
        } catch (IOException refused) {
            throw new ReportDirectoryException(this.directory, refused);
        }
    }

    /** Where the two files of a report are, as absolute paths. */
    record Places(Path html, Path json) {}

    /**
     * Writes both files of a report, over any that are there.
     *
     * @throws IOException when the disk refuses; what was written before stays whole
     */
    Places write(ReportDocument document) throws IOException {
        var folder =
                directory
                        .resolve(
                                LocalDate.ofInstant(document.completedAt(), ZoneOffset.UTC)
                                        .toString())
                        .resolve(folderName(document.scanId()));
        Files.createDirectories(folder);
        var html = write(folder.resolve("report.html"), page.render(document));
        var json = write(folder.resolve("report.json"), ReportJson.write(document));
        flushFolders(folder);
        return new Places(html, json);
    }

    /**
     * The id itself when it can't lead out of the directory, as ours can't; otherwise a name
     * derived from it.
     */
    private static String folderName(String scanId) {
        return SAFE_NAME.matcher(scanId).matches()
                ? scanId
                : UUID.nameUUIDFromBytes(scanId.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static Path write(Path place, String content) throws IOException {
        var part = place.resolveSibling(place.getFileName() + ".part");
        try (var channel =
                FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A move is durable only once the folder's own entry is on the disk, and its parents' too. */
    private void flushFolders(Path folder) throws IOException {
        for (Path level = folder;
                level != null && level.startsWith(directory);
                level = level.getParent()) {
            try (var channel = FileChannel.open(level, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
