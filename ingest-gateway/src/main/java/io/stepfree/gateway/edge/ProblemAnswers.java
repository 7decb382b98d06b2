package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.Problem;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the answer out of a problem: the same fields and headers from every corner of the server.
 * Thread-safe.
 */
public final class ProblemAnswers {

    private static final int UNAUTHENTICATED = 401;
    private static final int UNAVAILABLE = 503;

    private final JsonMapper json;
    private final Duration retryAfter;

    /**
     * @param retryAfter how long a client is asked to wait after a 503; sent in whole seconds
     */
    public ProblemAnswers(JsonMapper json, Duration retryAfter) {
        this.json = json;
        this.retryAfter = retryAfter;
    }

    /** The problem as it concerns this request. */
    Problem problem(
            ProblemType type,
            String detail,
            List<FieldError> errors,
            HttpServletRequest request,
            @Nullable String path) {
        return Problem.of(type, detail, errors, path, RequestIdFilter.of(request).value());
    }

    /**
     * The answer for Spring MVC to write; the media type is set, so the Accept header has no say in
     * it.
     */
    ResponseEntity<Object> entity(Problem problem, HttpHeaders headers) {
        var all = new HttpHeaders(headers);
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        all.setCacheControl("no-store");
        if (problem.status() == UNAVAILABLE && !all.containsHeader(HttpHeaders.RETRY_AFTER)) {
            all.set(HttpHeaders.RETRY_AFTER, seconds(retryAfter));
        }
        if (problem.status() == UNAUTHENTICATED) {
            // RFC 9110, 11.6.1
            all.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return ResponseEntity.status(problem.status()).headers(all).body(problem);
    }

    /** The answer to a request that was ended so, for Spring MVC to write. */
    ResponseEntity<Object> entity(ProblemException e, HttpServletRequest request) {
        var headers = new HttpHeaders();
        e.retryAfter().ifPresent(wait -> headers.set(HttpHeaders.RETRY_AFTER, seconds(wait)));
        return entity(problem(e, request), headers);
    }

    private Problem problem(ProblemException e, HttpServletRequest request) {
        return problem(e.type(), e.detail(), e.errors(), request, request.getRequestURI());
    }

    /** Ends a request before Spring MVC has seen it. */
    void refuse(
            ProblemType type,
            String detail,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        write(
                problem(type, detail, List.of(), request, request.getRequestURI()),
                request,
                response);
    }

    /** Writes the answer itself, where Spring MVC is not reached. */
    void write(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        SecurityHeaders.set(request, response);
        if (problem.requestId() != null) {
            response.setHeader(RequestId.HTTP_HEADER, problem.requestId());
        }
        if (problem.status() == UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, seconds(retryAfter));
        }
        byte[] body = bytes(problem);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** The problem as it goes over the wire. */
    byte[] bytes(Problem problem) {
        return json.writeValueAsBytes(problem);
    }

    /** The answer as it goes over the wire, where there is no request; it ends the connection. */
    byte[] raw(Problem problem) {
        byte[] body = bytes(problem);
        var head = new StringBuilder("HTTP/1.1 %d \r\n".formatted(problem.status()));
        SecurityHeaders.ALWAYS.forEach((name, value) -> header(head, name, value));
        if (problem.requestId() != null) {
            header(head, RequestId.HTTP_HEADER, problem.requestId());
        }
        header(head, HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        header(head, HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        header(head, HttpHeaders.CONNECTION, "close");
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(start.length + body.length).put(start).put(body).array();
    }

    private static void header(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** The kind of problem that a bare status stands for. */
    static ProblemType typeOf(int status) {
        return switch (status) {
            case 400 -> ProblemType.BAD_REQUEST;
            case 401 -> ProblemType.UNAUTHENTICATED;
            case 403 -> ProblemType.FORBIDDEN;
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 406 -> ProblemType.NOT_ACCEPTABLE;
            // Tomcat says it of a body only.
            case 408 -> ProblemType.BODY_TOO_SLOW;
            case 409 -> ProblemType.CONFLICT;
            case 413 -> ProblemType.BODY_TOO_LARGE;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ProblemType.RATE_LIMITED;
            // The latter for a version of HTTP.
            case 501, 505 -> ProblemType.NOT_IMPLEMENTED;
            case 503 -> ProblemType.UNAVAILABLE;
            default -> status < 500 ? ProblemType.REFUSED : ProblemType.INTERNAL_ERROR;
        };
    }

    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.toSeconds()));
    }
}
