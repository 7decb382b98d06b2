package io.stepfree.docs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The containers are of the services, settings and versions that there are. */
final class ComposeFileTest {

    private static final Path ROOT = MadePage.root();
    private static final String SETTINGS = "stepfree.env";

    private final Map<String, Map<String, Object>> containers;

    ComposeFileTest() throws IOException {
        containers = mapping(yaml("docker-compose.kafka.yml").get("services"));
    }

    static List<Service> services() {
        return Service.all();
    }

    @ParameterizedTest
    @MethodSource("services")
    void eachServiceIsAContainerOfItsOwnJar(Service service) throws IOException {
        Map<String, Object> container = requireNonNull(containers.get(service.name()));
        Map<String, Object> build = mapping(requireNonNull(container.get("build")));

        assertThat(mapping(requireNonNull(build.get("args"))))
                .isEqualTo(Map.of("SERVICE", service.name()));
        assertThat(ROOT.resolve(String.valueOf(build.get("dockerfile")))).exists();
        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
                .contains("!%s/target/*-exec.jar".formatted(service.name()));
    }

    @ParameterizedTest
    @MethodSource("services")
    void whatAContainerIsSetToIsASetting(Service service) throws IOException {
        assertSettings(environment(service).keySet());
    }

    @ParameterizedTest
    @MethodSource("services")
    void eachServiceReadsTheSettingsOfTheHostAndNoneOfThemIsTakenBack(Service service) {
        assertThat(requireNonNull(containers.get(service.name())).get("env_file"))
                .isEqualTo(List.of(Map.of("path", SETTINGS, "required", false)));
        // A variable without a value unsets what the file sets.
        assertThat(environment(service).values()).doesNotContainNull();
    }

    @Test
    void whatTheExampleOfThatFileSetsIsASetting() throws IOException {
        Matcher names =
                Pattern.compile("(?m)^(STEPFREE_[A-Z_]+)=")
                        .matcher(Files.readString(ROOT.resolve("docs/operations.md")));

        assertSettings(names.results().map(name -> name.group(1)).toList());
    }

    @Test
    void thatFileComesNeitherIntoGitNorIntoAnImage() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve(".gitignore"))).contains("/" + SETTINGS);
        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
                .contains("*")
                .filteredOn(line -> line.startsWith("!"))
                .allMatch(line -> line.endsWith(".jar"));
    }

    @Test
    void theVersionsAreThoseThatWeTestWith() throws IOException {
        String versions = Files.readString(ROOT.resolve("pom.xml"));

        assertThat(image("registry"))
                .isEqualTo("apicurio/apicurio-registry:" + version(versions, "apicurio.version"));
        assertThat(image("postgres"))
                .isEqualTo(
                        "postgres:"
                                + version(versions, "zonky-binaries.version")
                                        .replaceAll("\\..*", ""));
        assertThat(image("kafka")).isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
    }

    @Test
    void whatIsMountedFromHereIsHere() {
        List<String> mounted =
                containers.values().stream()
                        .flatMap(container -> list(container.get("volumes")).stream())
                        .filter(volume -> volume.startsWith("./"))
                        .map(volume -> volume.replaceAll(":.*", ""))
                        .toList();

        assertThat(mounted)
                .isNotEmpty()
                .allSatisfy(path -> assertThat(ROOT.resolve(path)).exists());
    }

    @Test
    void nothingIsReachableFromOtherMachines() {
        List<String> ports =
                containers.values().stream()
                        .flatMap(container -> list(container.get("ports")).stream())
                        .toList();

        assertThat(ports)
                .isNotEmpty()
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }

    @Test
    void prometheusAsksEachServiceWhereItIs() throws IOException {
        String prometheus = Files.readString(ROOT.resolve("monitoring/prometheus/prometheus.yaml"));
        Matcher names =
                Pattern.compile("(?:targets: |names: )\\[\"([a-z-]+)(?::8080)?\"]")
                        .matcher(prometheus);

        List<String> asked = new ArrayList<>();
        while (names.find()) {
            asked.add(names.group(1));
        }
        assertThat(asked)
                .containsExactlyElementsOf(Service.all().stream().map(Service::name).toList());
        assertThat(Files.readString(ROOT.resolve("containers/Dockerfile")))
                .contains("SERVER_PORT=8080");
    }

    private Map<String, @Nullable Object> environment(Service service) {
        return mapping(requireNonNull(containers.get(service.name())).get("environment"));
    }

    private static void assertSettings(Collection<String> variables) throws IOException {
        List<Setting> settings = Setting.all();

        assertThat(variables)
                .isNotEmpty()
                .allSatisfy(name ->
                        assertThat(settings)
                                .as(name)
                                .anyMatch(setting ->
                                        setting.map()
                                                ? name.startsWith(setting.variable() + "_")
                                                : name.equals(setting.variable())));
    }

    private String image(String container) {
        return String.valueOf(requireNonNull(containers.get(container)).get("image"));
    }

    private static String version(String pom, String property) {
        Matcher version = Pattern.compile("<%1$s>(.+)</%1$s>".formatted(property)).matcher(pom);
        assertThat(version.find()).as(property).isTrue();
        return version.group(1);
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        return new Yaml().load(Files.readString(ROOT.resolve(file)));
    }

    @SuppressWarnings("unchecked")
    private static <T extends @Nullable Object> Map<String, T> mapping(@Nullable Object node) {
        return (Map<String, T>) requireNonNull(node);
    }

    private static List<String> list(@Nullable Object node) {
        return node == null ? List.of() : ((List<?>) node).stream().map(String::valueOf).toList();
    }
}
