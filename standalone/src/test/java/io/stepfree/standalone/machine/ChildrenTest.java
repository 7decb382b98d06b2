package io.stepfree.standalone.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The child processes, real ones. */
class ChildrenTest {

    @TempDir private Path folder;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private DeathWatch deathWatch;
    private Home home;

    @BeforeEach
    void watch() {
        home = new Home(folder.resolve("home"));
        home.create();
        deathWatch = DeathWatch.over();
    }

    @AfterEach
    void unwatch() {
        deathWatch.close();
    }

    @Test
    void aChildThatEndsByItselfIsToldInOneSentenceWithItsLog() {
        var log = folder.resolve("child.log");
        var child = new ChildProcess("The child", log, deathWatch, failures::add);
        child.start(List.of("sh", "-c", "echo gone; exit 7"), Map.of());
        await().until(() -> !failures.isEmpty());
        assertThat(failures)
                .containsExactly(
                        "The child ended unexpectedly (exit code 7); see %s.".formatted(log));
        assertThat(log).hasContent("gone");
        assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofSeconds(30)))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("exit code 7");
    }

    @Test
    void aChildThatIsStoppedIsNoFailureAndOneThatDoesNotObeyIsKilled() {
        var child =
                new ChildProcess(
                        "The child", folder.resolve("child.log"), deathWatch, failures::add);
        child.start(List.of("sh", "-c", "trap '' TERM; while :; do sleep 1; done"), Map.of());
        child.stop(Process::destroy, Duration.ofMillis(300));
        assertThat(child.alive()).isFalse();
        assertThat(failures).isEmpty();
    }

    @Test
    void aChildThatCannotBeWatchedIsOneSentenceAndStillStopped() {
        var gone = DeathWatch.over();
        gone.close();
        var child = new ChildProcess("The child", folder.resolve("child.log"), gone, failures::add);
        assertThatThrownBy(() -> child.start(List.of("sleep", "60"), Map.of()))
                .isInstanceOf(MachineException.class)
                .hasMessageStartingWith("The child cannot be started (");
        assertThat(child.alive()).isTrue();
        child.stop(Process::destroy, Duration.ofSeconds(5));
        assertThat(child.alive()).isFalse();
        assertThat(failures).isEmpty();
    }

    @Test
    void theDatabaseKeepsItsDataOverAKillAndTheNextStartEndsALeftover() throws Exception {
        var binaries = PostgresBinaries.of(Installation.current(), home);
        var first = database(binaries);
        first.start();
        execute(first, "create table kept (id int)");
        execute(first, "insert into kept values (42)");
        // The machine dies and its postmaster lives on: nobody stops it, and the next start finds
        // it.
        var second = database(binaries);
        second.start();
        assertThat(query(second, "select id from kept")).isEqualTo(42);
        kill(second.id().orElseThrow());
        await().until(() -> failures.size() == 2);

        var third = database(binaries);
        third.start();
        try {
            assertThat(query(third, "select id from kept")).isEqualTo(42);
            assertThat(Files.getPosixFilePermissions(home.passwordFile())).hasSize(2);
        } finally {
            third.stop();
        }
        assertThat(failures).hasSize(2);
    }

    @Test
    void theBrokerKeepsItsTopicsOverAKillAndMayChangeItsPorts() throws Exception {
        var ports = Ports.free(4, List.of());
        var first =
                new Broker(home, Installation.current(), ports.get(0), deathWatch, failures::add);
        first.start(ports.get(1));
        try (var admin = Admin.create(Map.of("bootstrap.servers", first.address()))) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
        }
        kill(first.id().orElseThrow());
        await().until(() -> !failures.isEmpty());

        var second =
                new Broker(home, Installation.current(), ports.get(2), deathWatch, failures::add);
        second.start(ports.get(3));
        try (var admin = Admin.create(Map.of("bootstrap.servers", second.address()))) {
            assertThat(admin.listTopics().names().get()).contains("kept");
        } finally {
            second.stop();
        }
        assertThat(failures)
                .singleElement()
                .asString()
                .contains("The Kafka broker ended unexpectedly")
                .contains("kafka.log");
    }

    private Database database(PostgresBinaries binaries) {
        return new Database(
                home, binaries, Ports.free(1, List.of()).getFirst(), deathWatch, failures::add);
    }

    private static void kill(long id) {
        ProcessHandle.of(id).orElseThrow().destroyForcibly();
    }

    private static void execute(Database database, String sql) throws SQLException, IOException {
        try (var connection =
                        DriverManager.getConnection(
                                database.url(), Database.USER, database.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int query(Database database, String sql) throws SQLException, IOException {
        try (var connection =
                        DriverManager.getConnection(
                                database.url(), Database.USER, database.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
