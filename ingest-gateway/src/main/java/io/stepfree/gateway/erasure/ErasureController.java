package io.stepfree.gateway.erasure;

import io.stepfree.gateway.access.AccessProperties;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Clients;
import io.stepfree.gateway.access.Keys;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.PageLimit;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.OperatorCommand;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Erasing a client's data over HTTP. Only whoever runs the platform may: it cannot be undone, and
 * takes the client's keys along.
 */
@Needs(Scope.ADMIN)
@RestController
@RequestMapping(ErasureController.CLIENTS)
public final class ErasureController {

    static final String CLIENTS = "/api/clients";

    private static final int LONGEST_REASON = 500;

    private final ErasureDesk desk;
    private final ErasureIndex index;
    private final Keys keys;
    private final AccessProperties access;

    /** Where more can be read. */
    record Links(String self) {
        static Links of(String client, String id) {
            return new Links("%s/%s/erasures/%s".formatted(CLIENTS, client, id));
        }
    }

    /** The answer to an order; what comes of it stands in its row. */
    record Accepted(String id, String client, String state, String requestId, Links links) {}

    /** A client's erasures, newest first. */
    record Erasures(List<ErasureRow> items) {}

    public ErasureController(
            ErasureDesk desk, ErasureIndex index, Keys keys, AccessProperties access) {
        this.desk = desk;
        this.index = index;
        this.keys = keys;
        this.access = access;
    }

    @DeleteMapping("/{client}/data")
    ResponseEntity<Accepted> erase(
            Caller caller,
            @PathVariable String client,
            @RequestParam(required = false) @Nullable String reason) {
        String whose = known(client);
        String why = reason == null ? "" : reason;
        if (why.length() > LONGEST_REASON) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter reason is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "reason",
                                    why,
                                    "has %d characters, more than %d"
                                            .formatted(why.length(), LONGEST_REASON))));
        }
        if (!access.hasOther() && keys.wouldLockOut(whose)) {
            throw new ProblemException(
                    ProblemType.CONFLICT,
                    "Client %s has the last live key with the scope admin that does not expire, and its keys are erased with its data: nobody could make another. Make one of another client first."
                            .formatted(whose));
        }
        OperatorCommand order = desk.order(caller, whose, why);
        Links links = Links.of(whose, order.getCommandId());
        return ResponseEntity.accepted()
                .location(URI.create(links.self()))
                .body(
                        new Accepted(
                                order.getCommandId(),
                                whose,
                                "ordered",
                                order.getRequestId(),
                                links));
    }

    @GetMapping("/{client}/erasures")
    Erasures list(
            @PathVariable String client, @RequestParam(required = false) @Nullable String limit) {
        return new Erasures(index.newest(known(client), PageLimit.read(limit)));
    }

    @GetMapping("/{client}/erasures/{id}")
    ErasureRow show(@PathVariable String client, @PathVariable String id) {
        return ScanIds.read(id)
                .flatMap(erasure ->
                        index.find(client, erasure)
                                .or(() ->
                                        desk.find(client, erasure)
                                                .map(ErasureRow.Order::of)
                                                .map(ErasureIndex::ordered)))
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.NOT_FOUND,
                                "There is no erasure of the data of client %s with the id %s."
                                        .formatted(client, id)));
    }

    private static String known(String client) {
        if (!Clients.isName(client)) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "No client can have the name %s: 1 to 63 small letters, digits and -."
                            .formatted(FieldError.shown(client)));
        }
        return client;
    }
}
