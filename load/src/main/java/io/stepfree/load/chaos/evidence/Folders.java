package io.stepfree.load.chaos.evidence;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import io.stepfree.platform.compression.BrotliLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Looks at what lies in the folders of a run. */
public final class Folders {

    private Folders() {}

    /** The files of each scan's report, by the scan's id; empty ones have their size told. */
    public static Map<String, List<String>> reports(Path folder) throws IOException {
        Map<String, List<String>> reports = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path within = folder.relativize(path);
                if (within.getNameCount() == 3) {
                    reports.computeIfAbsent(within.getName(1).toString(), _ -> new ArrayList<>())
                            .add(within.getFileName() + (Files.size(path) == 0 ? " (empty)" : ""));
                } else if (!within.getFileName().toString().startsWith(".writable-")) {
                    reports.computeIfAbsent("(elsewhere)", _ -> new ArrayList<>())
                            .add(within.toString());
                }
            }
        }
        return reports;
    }

    /** The files of reports that do not come to their end, or are of another scan; a line each. */
    public static List<String> torn(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            var torn = new ArrayList<String>();
            for (Path path :
                    paths.filter(Files::isRegularFile)
                            .filter(path -> folder.relativize(path).getNameCount() == 3)
                            .toList()) {
                String scanId = folder.relativize(path).getName(1).toString();
                if (!isWhole(path, scanId)) {
                    torn.add(folder.relativize(path).toString());
                }
            }
            return torn;
        }
    }

    private static boolean isWhole(Path report, String scanId) throws IOException {
        String name = report.getFileName().toString();
        String text;
        try {
            text = text(name, Files.readAllBytes(report));
        } catch (IOException _) {
            return false;
        }
        if (name.contains(".html")) {
            return text.contains(scanId) && text.strip().endsWith("</html>");
        }
        try {
            return JsonMapper.shared().readTree(text).path("scanId").asString().equals(scanId);
        } catch (JacksonException _) {
            return false;
        }
    }

    /* Of the page there may be forms for web servers as well. */
    private static String text(String name, byte[] content) throws IOException {
        if (name.endsWith(".br")) {
            BrotliLibrary.load();
            try (var plain = new BrotliInputStream(new ByteArrayInputStream(content))) {
                return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        if (name.endsWith(".gz")) {
            try (var plain = new GZIPInputStream(new ByteArrayInputStream(content))) {
                return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        return new String(content, StandardCharsets.UTF_8);
    }

    /** What lies directly in a folder. */
    public static List<String> entries(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
