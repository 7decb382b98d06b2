package io.stepfree.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the schema sources say about single enum symbols: Avro has no place for it in a schema, so
 * it is read from the comments before them.
 */
final class SymbolDocs {

    private static final Pattern ENUM = Pattern.compile("enum\\s+(\\w+)\\s*\\{([^}]*)}");
    private static final Pattern SYMBOL = Pattern.compile("((?:[ \\t]*//.*\\n)+)\\s*(\\w+)");

    private final Map<String, String> docs = new HashMap<>();

    SymbolDocs(Path root) {
        for (String file : List.of("scan.avdl", "ops.avdl")) {
            try {
                read(Files.readString(root.resolve("schemas/src/main/avro").resolve(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Empty when nothing is said. */
    String of(String enumName, String symbol) {
        return docs.getOrDefault(enumName + "." + symbol, "");
    }

    private void read(String source) {
        Matcher enums = ENUM.matcher(source);
        while (enums.find()) {
            Matcher symbols = SYMBOL.matcher(enums.group(2));
            while (symbols.find()) {
                docs.put(enums.group(1) + "." + symbols.group(2), text(symbols.group(1)));
            }
        }
    }

    /** Comment lines as one text. */
    private static String text(String comment) {
        return comment.replaceAll("\\s*//\\s*", " ").strip();
    }
}
