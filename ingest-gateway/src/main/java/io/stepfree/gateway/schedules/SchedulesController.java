package io.stepfree.gateway.schedules;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.NewSchedule;
import io.stepfree.gateway.admission.PausedFlag;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Schedules over HTTP: make, list, show, pause, delete. */
@RestController
@RequestMapping(SchedulesController.SCHEDULES)
final class SchedulesController {

    static final String SCHEDULES = "/api/schedules";

    private static final Logger log = LoggerFactory.getLogger(SchedulesController.class);

    private final JsonBody bodies;
    private final ScanAdmission admission;
    private final ScanIntake intake;
    private final CallbackBook callbacks;
    private final ScheduleStore store;
    private final ScheduleProperties properties;
    private final InstantSource clock;
    private final ScanIds ids = new ScanIds();

    /** Those of a client, by name. */
    record ScheduleList(List<Schedule> items) {}

    SchedulesController(
            JsonBody bodies,
            ScanAdmission admission,
            ScanIntake intake,
            CallbackBook callbacks,
            ScheduleStore store,
            ScheduleProperties properties,
            InstantSource clock) {
        this.bodies = bodies;
        this.admission = admission;
        this.intake = intake;
        this.callbacks = callbacks;
        this.store = store;
        this.properties = properties;
        this.clock = clock;
    }

    @Needs(Scope.SUBMIT)
    @PostMapping
    ResponseEntity<Schedule> make(Caller caller, HttpServletRequest request) throws IOException {
        NewSchedule wanted =
                NewSchedule.read(
                        bodies.required(source(request)),
                        admission,
                        new NewSchedule.Bounds(properties.urls(), properties.leastInterval()));
        wanted.scans().good().values().forEach(intake::requireSealable);
        requireSigned(caller, wanted);
        boolean secret =
                wanted.scans().good().values().stream().anyMatch(scan -> !scan.secrets().isEmpty());
        Instant now = clock.instant();
        UUID id = ids.next(now);
        ScheduleStore.Made made =
                store.make(
                        id,
                        caller.client(),
                        caller.plan(),
                        caller.name(),
                        wanted,
                        secret,
                        wanted.timetable().next(now).orElseThrow(),
                        properties.perClient());
        switch (made) {
            case MADE -> log.info("{} made the schedule {}", caller.name(), id);
            case NAME_IS_TAKEN ->
                    throw new ProblemException(
                            ProblemType.CONFLICT,
                            "Client %s has a schedule '%s' already; choose another name, or delete that one."
                                    .formatted(caller.client(), wanted.name()));
            case TOO_MANY ->
                    throw new ProblemException(
                            ProblemType.CONFLICT,
                            "Client %s has %d schedules, as many as it may have; delete one first."
                                    .formatted(caller.client(), properties.perClient()));
        }
        return ResponseEntity.created(URI.create(SCHEDULES + "/" + id))
                .body(known(caller, id.toString()));
    }

    private void requireSigned(Caller caller, NewSchedule wanted) {
        callbacks.requireSigned(caller.client(), wanted.scans().callback());
        for (NewScan scan : wanted.scans().good().values()) {
            callbacks.requireSigned(caller.client(), scan.callback());
        }
    }

    @Needs(Scope.READ)
    @GetMapping
    ScheduleList list(Caller caller) {
        return new ScheduleList(store.list(caller.client()));
    }

    @Needs(Scope.READ)
    @GetMapping("/{id}")
    Schedule show(Caller caller, @PathVariable String id) {
        return known(caller, id);
    }

    @Needs(Scope.SUBMIT)
    @PatchMapping("/{id}")
    Schedule pause(Caller caller, @PathVariable String id, HttpServletRequest request)
            throws IOException {
        var _ = known(caller, id);
        boolean paused = PausedFlag.read(bodies.required(source(request)));
        if (!store.pause(caller.client(), uuid(id), paused)) {
            throw unknown(id);
        }
        log.info("{} {} the schedule {}", caller.name(), paused ? "paused" : "resumed", id);
        return known(caller, id);
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping("/{id}")
    ResponseEntity<Void> delete(Caller caller, @PathVariable String id) {
        if (!store.delete(caller.client(), uuid(id))) {
            throw unknown(id);
        }
        log.info("{} deleted the schedule {}", caller.name(), id);
        return ResponseEntity.noContent().build();
    }

    private Schedule known(Caller caller, String id) {
        return store.find(caller.client(), uuid(id)).orElseThrow(() -> unknown(id));
    }

    private static UUID uuid(String id) {
        return ScanIds.read(id).map(UUID::fromString).orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no schedule with the id %s.".formatted(id));
    }

    private static JsonBody.Source source(HttpServletRequest request) throws IOException {
        return new JsonBody.Source(
                request.getContentType(),
                request.getHeader(HttpHeaders.CONTENT_ENCODING),
                request.getContentLengthLong(),
                request.getInputStream());
    }
}
