package io.stepfree.gateway.edge;

import io.stepfree.gateway.publish.PartlyPublishedException;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.kafka.BrokerUnavailableException;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.Problem;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.registry.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/** Turns whatever is thrown inside Spring MVC into a problem. */
@RestControllerAdvice
public final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    /* No such schema, table or column: the service that owns it has not migrated yet. */
    private static final Set<String> NOT_THERE_YET = Set.of("3F000", "42P01", "42703");

    private final ProblemAnswers answers;
    private final OutageLog outages = new OutageLog();

    public ProblemAdvice(ProblemAnswers answers) {
        this.answers = answers;
    }

    @ExceptionHandler
    ResponseEntity<Object> refused(ProblemException e, HttpServletRequest request) {
        return answers.entity(e, request);
    }

    /** A query that cannot be decoded, as {@code ?q=%zz}; Tomcat finds it when it is first read. */
    @ExceptionHandler
    ResponseEntity<Object> queryMalformed(InvalidParameterException e, HttpServletRequest request) {
        LOG.debug("a query cannot be read", e);
        return answer(
                ProblemType.BAD_REQUEST,
                "The query string cannot be read: a parameter has no name, or is not percent-encoded UTF-8 (RFC 3986, 2.1).",
                List.of(),
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> brokerDown(BrokerUnavailableException e, HttpServletRequest request) {
        outages.tell(ProblemType.BROKER_UNAVAILABLE, String.valueOf(e.getMessage()));
        return answer(
                ProblemType.BROKER_UNAVAILABLE,
                "Kafka did not acknowledge in time. Whether the order was taken is not known; try again later.",
                List.of(),
                request);
    }

    /** Nothing was tried, so nothing was taken, and it is known until when that is so. */
    @ExceptionHandler
    ResponseEntity<Object> breakerOpen(BreakerOpenException e, HttpServletRequest request) {
        ProblemType type = guarded(e);
        outages.tell(type, String.valueOf(e.getMessage()));
        return answers.entity(
                answers.problem(
                        type,
                        "%s has failed again and again and is not asked for the moment. Nothing was tried, and nothing was accepted; try again later."
                                .formatted(
                                        switch (type) {
                                            case BROKER_UNAVAILABLE -> "Kafka";
                                            case REGISTRY_UNAVAILABLE -> "The schema registry";
                                            case DATABASE_UNAVAILABLE -> "PostgreSQL";
                                            default -> "What is needed";
                                        }),
                        List.of(),
                        request,
                        path(request)),
                new HttpHeaders());
    }

    private static ProblemType guarded(BreakerOpenException e) {
        return switch (e.breaker()) {
            case "broker" -> ProblemType.BROKER_UNAVAILABLE;
            case "registry" -> ProblemType.REGISTRY_UNAVAILABLE;
            case "database" -> ProblemType.DATABASE_UNAVAILABLE;
            default -> ProblemType.UNAVAILABLE;
        };
    }

    /** The client is told how many were taken; the rest is as if one had come alone. */
    @ExceptionHandler
    ResponseEntity<Object> partlyPublished(PartlyPublishedException e, HttpServletRequest request) {
        ProblemType type =
                switch (e.reason()) {
                    case BrokerUnavailableException _ -> ProblemType.BROKER_UNAVAILABLE;
                    case BreakerOpenException open -> guarded(open);
                    case RegistryException.Unavailable _ -> ProblemType.REGISTRY_UNAVAILABLE;
                    default -> ProblemType.INTERNAL_ERROR;
                };
        if (type == ProblemType.INTERNAL_ERROR) {
            LOG.error("A request failed in a way that nobody foresaw", e);
        } else {
            outages.tell(type, String.valueOf(e.reason().getMessage()));
        }
        return answer(type, String.valueOf(e.getMessage()), List.of(), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> registryFailed(RegistryException e, HttpServletRequest request) {
        return switch (e) {
            case RegistryException.Unavailable down -> {
                outages.tell(ProblemType.REGISTRY_UNAVAILABLE, String.valueOf(down.getMessage()));
                yield answer(
                        ProblemType.REGISTRY_UNAVAILABLE,
                        "The schema registry does not answer. Nothing was accepted; try again later.",
                        List.of(),
                        request);
            }
            case RegistryException.Refused refused -> unexpected(refused, request);
            case RegistryException.UnknownSchema unknown -> unexpected(unknown, request);
        };
    }

    @ExceptionHandler
    ResponseEntity<Object> databaseFailed(JdbiException e, HttpServletRequest request) {
        if (!passing(e)) {
            return unexpected(e, request);
        }
        outages.tell(ProblemType.DATABASE_UNAVAILABLE, String.valueOf(e.getMessage()));
        return answer(
                ProblemType.DATABASE_UNAVAILABLE,
                "PostgreSQL does not answer, or its views are not there yet. Scans are still accepted, unless they bring an Idempotency-Key or a callback or their client's plan has a limit; try again later.",
                List.of(),
                request);
    }

    @ExceptionHandler
    @Nullable ResponseEntity<Object> anythingElse(Exception e, HttpServletRequest request) {
        if (e instanceof TornAnswerException torn) {
            // The web server ends the connection; a problem would become a part of the answer.
            throw torn;
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            return null;
        }
        return unexpected(e, request);
    }

    /** What Spring MVC itself refuses: unknown paths, wrong methods, media types. */
    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception e,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest webRequest) {
        HttpServletRequest request = ((ServletWebRequest) webRequest).getRequest();
        if (status.is5xxServerError()) {
            LOG.error("A request failed with status {}", status.value(), e);
        }
        ProblemType type = ProblemAnswers.typeOf(status.value());
        Problem problem =
                answers.problem(type, detail(type, e, request), List.of(), request, path(request));
        return answers.entity(problem.withStatus(status.value()), headers);
    }

    private static String detail(ProblemType type, Exception e, HttpServletRequest request) {
        if (type == ProblemType.NOT_FOUND) {
            return "Nothing is served at %s.".formatted(request.getRequestURI());
        }
        String detail = e instanceof ErrorResponse known ? known.getBody().getDetail() : null;
        return detail == null ? type.title() + "." : detail;
    }

    private ResponseEntity<Object> unexpected(Exception e, HttpServletRequest request) {
        LOG.error("A request failed in a way that nobody foresaw", e);
        return answer(
                ProblemType.INTERNAL_ERROR,
                "Something went wrong on our side. The request id finds it in our logs.",
                List.of(),
                request);
    }

    private ResponseEntity<Object> answer(
            ProblemType type, String detail, List<FieldError> errors, HttpServletRequest request) {
        return answers.entity(
                answers.problem(type, detail, errors, request, path(request)), new HttpHeaders());
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI();
    }

    private static boolean passing(JdbiException e) {
        return e instanceof ConnectionException
                || SqlStates.tellOutage(e)
                || SqlStates.of(e).filter(NOT_THERE_YET::contains).isPresent();
    }
}
