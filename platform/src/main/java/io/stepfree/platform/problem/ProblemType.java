package io.stepfree.platform.problem;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every kind of problem a client can meet: a closed set, so that clients may branch on {@link
 * #uri()}. The texts may change, the URI never does. docs/problems.md and the pages that the
 * gateway serves at these URIs are made from here.
 */
public enum ProblemType {
    MALFORMED_BODY(
            400,
            "The body cannot be read",
            "The body is not what its Content-Type says: it is not well-formed, is not UTF-8, has a name twice, is nested too deeply, or has half a surrogate pair.",
            "Look at the detail and at the pointer in errors, which lead to the place. Send one document of well-formed JSON in UTF-8."),
    INVALID_FIELDS(
            400,
            "Some fields are wrong",
            "The request was read, but fields of its body or parameters of its query are missing, unknown, or have values that cannot be. Nothing was done.",
            "Each entry of errors names one by its pointer (RFC 6901) or parameter, with the value that came and what would be right. Mend all of them and send the request again."),
    BAD_REQUEST(
            400,
            "The request is not proper HTTP",
            "The request line, a header, the path or the framing of the body breaks the rules of HTTP, or the body broke off.",
            "Use an HTTP client library, and encode what stands in a path or a query. If it already does, look for a proxy in between that changes requests."),
    UNAUTHENTICATED(
            401,
            "A key is needed",
            "The request brings no key, or one that is mistyped, unknown, revoked or has expired.",
            "Send a good key in the header Authorization, as Bearer and the key. Whoever runs the service makes one, with ./stepfree keys create or POST /admin/keys."),
    FORBIDDEN(
            403,
            "The key may not do this",
            "The key is good, but it does not have the scope that this route needs; the detail names the scope.",
            "Use a key with that scope. No scope includes another: a key for reading cannot submit, and one for submitting cannot read."),
    NOT_FOUND(
            404,
            "Not found",
            "Nothing is served at this path, or what it names does not exist, does not exist yet, or belongs to another client.",
            "Look at the path for a mistyped id. What was just accepted may take a moment until it can be read."),
    METHOD_NOT_ALLOWED(
            405,
            "The method is not allowed here",
            "The path is right, but it does not take this method.",
            "The header Allow lists the methods that it takes."),
    NOT_ACCEPTABLE(
            406,
            "No representation fits the Accept header",
            "The Accept header does not take what is served here.",
            "Leave Accept out, or name the media type that the route serves: text/event-stream for live events, application/json for most others."),
    HEAD_TOO_SLOW(
            408,
            "The head came too slowly",
            "The request line and the headers were not there in the time that they may take.",
            "Send the request again over a faster connection, with fewer or shorter headers."),
    BODY_TOO_SLOW(
            408,
            "The body came too slowly",
            "The body was not there whole in the time that it may take. Nothing of it was used.",
            "Send it again over a faster connection, or in smaller parts."),
    CONFLICT(
            409,
            "The order does not fit the present state",
            "What the order is about is in a state where this cannot be done, such as a scan that has ended and is to be cancelled. Nothing was changed.",
            "The detail says which state that is. Read the thing again before you decide on another order."),
    BODY_TOO_LARGE(
            413,
            "The body is too large",
            "The body is longer than what is read here.",
            "The detail says how long it may be. Send many scans to POST /api/scans/bulk, in several requests if need be."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "The media type of the body is not supported",
            "The Content-Type is missing or is not one that is read here, or the body is compressed.",
            "Declare the body as application/json, or for many scans as application/x-ndjson, application/json or text/csv, in UTF-8 and without a Content-Encoding."),
    SECRETS_NOT_CONFIGURED(
            422,
            "Scans with secrets are not set up here",
            "The scan brings headers, cookies, credentials or typed texts, and the service has no key to encrypt them with. They were not stored anywhere.",
            "Leave them out, or ask whoever runs the service to set stepfree.secrets.keys."),
    REPORT_TOO_LARGE(
            422,
            "The report is too large for this format",
            "The report is longer than what is printed as PDF, or takes longer to print than it may. It will be so each time.",
            "Take it as html, csv or ndjson, which have no such bound; or print fewer pages: the PDF of each scan instead of the batch. Whoever runs the service can raise stepfree.printing.max-html, max-pdf and deadline."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "The Idempotency-Key was used for another request",
            "Within the last 24 hours another body came under the same Idempotency-Key. Nothing new was accepted.",
            "Use a new key, best a random UUID, for each new order, and the same key only to send the very same request again."),
    RATE_LIMITED(
            429,
            "Too much for the plan",
            "The client has sent as much as its plan allows, or has too much open at once. Nothing was accepted, and nothing was counted.",
            "Wait as many seconds as Retry-After says. GET /api/rate-limit tells how much is left; whoever runs the service can give a larger plan."),
    REFUSED(
            400,
            "The request was refused",
            "The web server refused the request for a reason that has no kind of its own here, such as headers that are too large. The status tells which.",
            "Look at the status and the detail. Send fewer or shorter headers, and a shorter address."),
    INTERNAL_ERROR(
            500,
            "An internal error",
            "Something went wrong on the side of the service that nobody foresaw.",
            "Tell whoever runs the service the requestId, which finds the error in its logs. A submit that came with an Idempotency-Key can be sent again without doubling its scan."),
    NOT_IMPLEMENTED(
            501,
            "The method is not implemented",
            "The request uses a part of HTTP that the service does not have, such as an unknown Transfer-Encoding.",
            "Send the body with a Content-Length, or chunked."),
    PRINTER_MISSING(
            501,
            "PDF is not set up here",
            "Reports are printed as PDF by a Chromium, and the service has none that it can run.",
            "Take the report as html, and print it with your own browser. Whoever runs the service can install chromium-headless-shell (bin/install-browser does so on Debian and Ubuntu), or name one in stepfree.printing.binary."),
    BROKER_UNAVAILABLE(
            503,
            "The broker is not available",
            "Kafka did not acknowledge the order in time. The order may have been taken all the same, unless the detail says that nothing was tried.",
            "Come again after as many seconds as Retry-After says. With an Idempotency-Key the same request begins one scan, however often it is sent."),
    REGISTRY_UNAVAILABLE(
            503,
            "The schema registry is not available",
            "The schema registry is needed for this order and does not answer. Nothing was accepted.",
            "Send the same request again after as many seconds as Retry-After says."),
    DATABASE_UNAVAILABLE(
            503,
            "The database is not available",
            "PostgreSQL does not answer, or what is read from it is not there yet. Nothing was accepted.",
            "Come again after as many seconds as Retry-After says. Scans without an Idempotency-Key, of clients whose plan has no limit, are accepted meanwhile."),
    QUEUE_FULL(
            503,
            "Too many scans are waiting",
            "So many scans wait for a worker that no more are taken for now, whoever sends them. Nothing was accepted.",
            "Send the scan again after as many seconds as Retry-After says."),
    PRINTER_UNAVAILABLE(
            503,
            "The report cannot be printed now",
            "As many reports are printed as PDF at once as may be, or the browser that was to print this one failed.",
            "Come again after as many seconds as Retry-After says, or take the report as html. If it goes on, tell whoever runs the service the requestId."),
    UNAVAILABLE(
            503,
            "The service is not available",
            "The service cannot take this request at the moment: it has too much open at once, is not set up for it, or what it needs does not answer.",
            "Come again after as many seconds as Retry-After says. If it goes on, tell whoever runs the service the requestId.");

    private static final String PAGES = "/problems/";

    private final int status;
    private final String title;
    private final String meaning;
    private final String cure;

    ProblemType(int status, String title, String meaning, String cure) {
        this.status = status;
        this.title = title;
        this.meaning = meaning;
        this.cure = cure;
    }

    /** The kind of that {@link #word()}; empty when there is none. */
    public static Optional<ProblemType> ofWord(String word) {
        return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** The same short sentence for every occurrence. */
    public String title() {
        return title;
    }

    /** What has happened, in a sentence or two for whoever meets it. */
    public String meaning() {
        return meaning;
    }

    /** What to do about it. */
    public String cure() {
        return cure;
    }

    /** Its name in URIs, such as {@code invalid-fields}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The identifier of the kind, such as {@code /problems/invalid-fields}: a reference with the
     * whole path (RFC 9457, 3.1.1), the same in every deployment, which leads to a page of the
     * gateway that answered.
     */
    public URI uri() {
        return URI.create(PAGES + word());
    }
}
