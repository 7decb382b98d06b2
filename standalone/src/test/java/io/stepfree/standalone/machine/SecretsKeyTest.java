package io.stepfree.standalone.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsKeyTest {

    private static final String SETTING = "--stepfree.secrets.keys.home=";

    @TempDir private Path folder;

    @Test
    void aHomeKeepsItsKeyInAFileForItsOwnerOnly() throws IOException {
        var home = new Home(folder);
        Files.writeString(folder.resolve("secrets-key.new"), "left by a kill");

        var settings = SecretsKey.settings(home);

        assertThat(settings).hasSize(2).contains("--stepfree.secrets.current=home");
        var key = settings.getFirst().substring(SETTING.length());
        assertThat(Base64.getDecoder().decode(key)).hasSize(32);
        assertThat(home.secretsKeyFile()).hasContent(key);
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(home.secretsKeyFile())))
                .isEqualTo("rw-------");
        assertThat(SecretsKey.settings(home)).as("the same for good").isEqualTo(settings);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(home.secretsKeyFile());
        }
    }

    @Test
    void eachHomeHasItsOwnAndATemporaryOneWritesNothingDown() throws IOException {
        var temporary = new Home(folder, false);

        assertThat(SecretsKey.settings(temporary))
                .isNotEqualTo(SecretsKey.settings(new Home(folder, false)));
        assertThat(folder).isEmptyDirectory();
    }
}
