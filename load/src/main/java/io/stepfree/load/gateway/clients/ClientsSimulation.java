package io.stepfree.load.gateway.clients;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.rendezVous;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.responseTimeInMillis;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The {@link Clients} of the options of this process, as Gatling runs it. */
public final class ClientsSimulation extends Simulation {

    private static final String MILLIS = "millis";

    private final Clients clients = Clients.of(System.getProperties());
    private final AtomicLong numbers = new AtomicLong();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();

    public ClientsSimulation() {
        setUp(scenario("clients").exec(course()).injectOpen(atOnceUsers(clients.count())));
    }

    private ChainBuilder course() {
        ChainBuilder ask = exec(request()).exec(this::note);
        return switch (clients.pace()) {
            case Clients.AtOnce(var span) -> during(span).on(ask);
            case Clients.Together(int rounds, var pause) ->
                    repeat(rounds).on(rendezVous(clients.count()).pause(pause).exec(ask));
        };
    }

    private HttpRequestActionBuilder request() {
        String address = clients.address().toString();
        HttpRequestActionBuilder request =
                clients.body().isEmpty()
                        ? http("ask").get(address)
                        : http("ask")
                                .post(address)
                                .header("Content-Type", "application/json")
                                .body(StringBody(_ -> body()));
        return request.check(responseTimeInMillis().saveAs(MILLIS), status().is(clients.status()));
    }

    private String body() {
        return clients.body().replace("%d", Long.toString(numbers.incrementAndGet()));
    }

    private Session note(Session session) {
        int millis = session.contains(MILLIS) ? session.getInt(MILLIS) : -1;
        replies.add(new Reply(System.currentTimeMillis(), millis, !session.isFailed()));
        return session.markAsSucceeded();
    }

    @Override
    public void after() {
        try {
            Files.write(clients.answers(), replies.stream().map(Reply::line).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
