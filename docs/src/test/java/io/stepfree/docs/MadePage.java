package io.stepfree.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A page whose beginning is written by hand and whose rest, from a marker line on, is made from the
 * code.
 *
 * @param file the page
 */
record MadePage(Path file) {

    private static final String WRITE = "stepfree.docs.write";
    private static final String COMMAND =
            "mvn package -pl docs -am -Dtest='*PageTest' -Dsurefire.failIfNoSpecifiedTests=false -D%s=true"
                    .formatted(WRITE);
    private static final String MARKER =
            "<!-- From here on made from the code: %s -->".formatted(COMMAND);

    /** A page in the folder {@code docs}. */
    static MadePage named(String name) {
        return new MadePage(root().resolve("docs").resolve(name));
    }

    /** The folder of the checkout. */
    static Path root() {
        return Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));
    }

    /** Fails unless the page says this after its marker; with the switch set, makes it say so. */
    void mustSay(String made) throws IOException {
        String page = Files.readString(file);
        int marker = page.indexOf(MARKER);
        assertThat(marker).as("%s has no line %s", file, MARKER).isNotNegative();
        String right = page.substring(0, marker) + MARKER + "\n\n" + made.strip() + "\n";
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(file, right);
        } else {
            assertThat(page)
                    .as("%s does not say what the code says: run %s", file, COMMAND)
                    .isEqualTo(right);
        }
    }
}
