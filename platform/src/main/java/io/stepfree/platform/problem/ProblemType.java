package io.stepfree.platform.problem;

import java.net.URI;
import java.util.Locale;

/**
 * Every kind of problem a client can meet: a closed set, so that clients may branch on {@link
 * #uri()}. The text of a title may change, the URI never does.
 */
public enum ProblemType {
    /** The body is not what it is declared to be, or is JSON that says one thing twice. */
    MALFORMED_BODY(400, "The body cannot be read"),
    /** The request was read, but some of its fields are wrong; the errors say which. */
    INVALID_FIELDS(400, "Some fields are wrong"),
    /** The request line, a header or the path breaks the rules of HTTP. */
    BAD_REQUEST(400, "The request is not proper HTTP"),
    /** Nobody known asks: no key, or one that is not good. */
    UNAUTHENTICATED(401, "A key is needed"),
    /** Somebody known asks for what they may not have or do. */
    FORBIDDEN(403, "The key may not do this"),
    /** Nothing is served at this path, or the thing it names does not exist. */
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "No representation fits the Accept header"),
    /** The body was not there in the time it may take. */
    BODY_TOO_SLOW(408, "The body came too slowly"),
    /** The order makes no sense in the state that the thing is in. */
    CONFLICT(409, "The order does not fit the present state"),
    BODY_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The media type of the body is not supported"),
    /** A scan brings secrets, and there is no key to encrypt them with. */
    SECRETS_NOT_CONFIGURED(422, "Scans with secrets are not set up here"),
    /** A client's key stands for another order already. */
    IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used for another request"),
    /** The client has sent as much as its plan allows, or has too much open at once. */
    RATE_LIMITED(429, "Too much for the plan"),
    /** Any other refusal of the web server. */
    REFUSED(400, "The request was refused"),
    /** A fault of ours; the request id finds it in the logs. */
    INTERNAL_ERROR(500, "An internal error"),
    NOT_IMPLEMENTED(501, "The method is not implemented"),
    /** Kafka does not acknowledge in time. */
    BROKER_UNAVAILABLE(503, "The broker is not available"),
    /** The schema registry is needed and does not answer. */
    REGISTRY_UNAVAILABLE(503, "The schema registry is not available"),
    /** PostgreSQL does not answer, or what is read from it is not there yet. */
    DATABASE_UNAVAILABLE(503, "The database is not available"),
    /** So many scans wait that no more are taken for now, whoever sends them. */
    QUEUE_FULL(503, "Too many scans are waiting"),
    /** The service cannot take requests at the moment. */
    UNAVAILABLE(503, "The service is not available");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** The same short sentence for every occurrence. */
    public String title() {
        return title;
    }

    /** The identifier of the kind, such as {@code urn:stepfree:problem:invalid-fields}. */
    public URI uri() {
        return URI.create(
                "urn:stepfree:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
