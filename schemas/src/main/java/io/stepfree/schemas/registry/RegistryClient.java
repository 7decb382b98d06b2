package io.stepfree.schemas.registry;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.SchemaParser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers schemas and finds them by id. What was once found is remembered for ever (ids never
 * change their meaning), so a registry that goes down later hurts nobody who only meets known
 * schemas.
 *
 * <p>Thread-safe. Calls block, at most for the endpoint's timeout times the tries.
 */
public final class RegistryClient implements AutoCloseable {

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Logger log = LoggerFactory.getLogger(RegistryClient.class);
    private static final String COMPATIBILITY = "FULL_TRANSITIVE";
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);

    private final RegistryEndpoint endpoint;
    private final HttpClient http;
    private final JsonMapper json = JsonMapper.shared();
    private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    private record Registration(String subject, Schema schema, List<SchemaReference> references) {}

    public RegistryClient(RegistryEndpoint endpoint) {
        this.endpoint = endpoint;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(endpoint.timeout())
                        .build();
    }

    /**
     * The id of this schema under this subject, registering it when it is new. Idempotent.
     *
     * @throws RegistryException.Refused when it is not compatible with the subject's earlier
     *     versions
     * @throws RegistryException.Unavailable when the registry cannot be reached
     */
    public int register(String subject, Schema schema) {
        return register(subject, schema, List.of());
    }

    /**
     * Like {@link #register(String, Schema)}, for a schema that names types registered elsewhere.
     */
    public int register(String subject, Schema schema, List<SchemaReference> references) {
        var registration = new Registration(subject, schema, List.copyOf(references));
        Integer known = ids.get(registration);
        if (known != null) {
            return known;
        }
        var body =
                json.createObjectNode().put("schemaType", "AVRO").put("schema", schema.toString());
        var list = body.putArray("references");
        for (SchemaReference reference : references) {
            list.addObject()
                    .put("name", reference.name())
                    .put("subject", reference.subject())
                    .put("version", reference.version());
        }
        JsonNode answer =
                call(
                        "register schema of " + subject,
                        request("/subjects/" + encode(subject) + "/versions")
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        JsonNode number = answer.path("id");
        if (!number.isInt()) {
            throw new RegistryException.Refused(
                    "cannot register schema of %s: %s answered without an id; is it a schema registry?"
                            .formatted(subject, endpoint.url()));
        }
        int id = number.asInt();
        holdToCompatibility(subject);
        ids.put(registration, id);
        schemas.putIfAbsent(id, schema);
        return id;
    }

    /**
     * The schema that was registered under this id.
     *
     * @throws RegistryException.UnknownSchema when there is none, none that is Avro, or none that
     *     the registry gives us while it lets us in otherwise
     * @throws RegistryException.Unavailable when the registry cannot be reached
     * @throws RegistryException.Refused when it does not let us read at all, or is no registry
     */
    public Schema schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        Schema schema;
        try {
            JsonNode answer = call("read schema " + id, request("/schemas/ids/" + id).GET());
            schema = parse("schema " + id, answer);
        } catch (RegistryException.Refused e) {
            if (letsUsIn()) {
                // Only this schema is kept from us: waiting for it would stop a partition for ever.
                throw new RegistryException.UnknownSchema(String.valueOf(e.getMessage()));
            }
            throw e;
        }
        schemas.put(id, schema);
        return schema;
    }

    /** Whether a registry answers, and takes us for one who may ask it. */
    public boolean letsUsIn() {
        try {
            JsonNode types = call("read the types of schemas", request("/schemas/types").GET());
            return types.valueStream().anyMatch(type -> type.asString("").equals("AVRO"));
        } catch (RegistryException.Refused | RegistryException.UnknownSchema _) {
            return false;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    /**
     * Has the registry hold every new version of a subject against all earlier ones, as the build
     * does. Where we have no right to say so, that is the business of whoever runs the registry.
     */
    private void holdToCompatibility(String subject) {
        var body = json.createObjectNode().put("compatibility", COMPATIBILITY);
        try {
            call(
                    "set compatibility of " + subject,
                    request("/config/" + encode(subject))
                            .PUT(HttpRequest.BodyPublishers.ofString(body.toString())));
        } catch (RegistryException.Refused | RegistryException.UnknownSchema e) {
            // Two that register at once are in each other's way, and one of them has done it.
            if (!isHeldToCompatibility(subject)) {
                log.warn("{} is not held to {}: {}", subject, COMPATIBILITY, e.getMessage());
            }
        }
    }

    private boolean isHeldToCompatibility(String subject) {
        try {
            JsonNode config =
                    call(
                            "read compatibility of " + subject,
                            request("/config/" + encode(subject)).GET());
            return config.path("compatibilityLevel").asString("").equals(COMPATIBILITY);
        } catch (RegistryException _) {
            return false;
        }
    }

    private Schema parse(String what, JsonNode answer) {
        if (!answer.path("schema").isString()) {
            throw new RegistryException.Refused(
                    "cannot read %s: %s answered without a schema; is it a schema registry?"
                            .formatted(what, endpoint.url()));
        }
        if (!answer.path("schemaType").asString("AVRO").equals("AVRO")) {
            throw new RegistryException.UnknownSchema(
                    "%s at %s is not Avro but %s"
                            .formatted(what, endpoint.url(), answer.path("schemaType").asString()));
        }
        var texts = new ArrayList<String>();
        collectReferences(answer, texts);
        var parser = new SchemaParser();
        try {
            for (String text : texts) {
                parser.parse(text);
            }
            return parser.parse(answer.path("schema").asString()).mainSchema();
        } catch (SchemaParseException e) {
            throw new RegistryException.UnknownSchema(
                    "%s at %s is not Avro: %s".formatted(what, endpoint.url(), e.getMessage()));
        }
    }

    private void collectReferences(JsonNode answer, List<String> texts) {
        for (JsonNode reference : answer.path("references")) {
            String subject = reference.path("subject").asString();
            int version = reference.path("version").asInt();
            JsonNode referred =
                    call(
                            "read %s version %d".formatted(subject, version),
                            request("/subjects/%s/versions/%d".formatted(encode(subject), version))
                                    .GET());
            collectReferences(referred, texts);
            String text = referred.path("schema").asString();
            if (!texts.contains(text)) {
                texts.add(text);
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(URI.create(endpoint.url() + path))
                        .timeout(endpoint.timeout())
                        .header("Accept", CONTENT_TYPE + ", application/json")
                        .header("Content-Type", CONTENT_TYPE);
        endpoint.credentials()
                .ifPresent(credentials -> {
                    String pair = credentials.user() + ":" + credentials.password();
                    String token =
                            Base64.getEncoder()
                                    .encodeToString(pair.getBytes(StandardCharsets.UTF_8));
                    request.header("Authorization", "Basic " + token);
                });
        return request;
    }

    private JsonNode call(String what, HttpRequest.Builder request) {
        Duration wait = FIRST_WAIT;
        for (int retriesLeft = endpoint.retries(); ; retriesLeft--) {
            try {
                return callOnce(what, request.build());
            } catch (RegistryException.Unavailable e) {
                if (retriesLeft == 0) {
                    throw e;
                }
                pause(what, wait);
                wait = wait.multipliedBy(2);
            }
        }
    }

    private JsonNode callOnce(String what, HttpRequest request) {
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new RegistryException.Unavailable(
                    "cannot %s: the schema registry at %s does not answer (%s)"
                            .formatted(what, endpoint.url(), e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException.Unavailable("interrupted while asked to " + what, e);
        }
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return read(what, response.body());
        }
        String problem =
                "cannot %s: the schema registry at %s answered %d %s"
                        .formatted(what, endpoint.url(), status, shorten(response.body()));
        if (status == 404 && saysItDoesNotHaveIt(response.body())) {
            throw new RegistryException.UnknownSchema(problem);
        }
        if (status >= 500 || status == 429 || status == 408) {
            throw new RegistryException.Unavailable(problem);
        }
        throw new RegistryException.Refused(problem);
    }

    /**
     * Whether a 404 comes from the registry itself (error codes 404xx of its REST interface), and
     * not from something else that happens to listen at a wrong address.
     */
    private boolean saysItDoesNotHaveIt(String body) {
        try {
            return json.readTree(body).path("error_code").asInt(0) / 100 == 404;
        } catch (JacksonException _) {
            return false;
        }
    }

    private JsonNode read(String what, String body) {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new RegistryException.Refused(
                    "cannot %s: %s answered what is not JSON; is it a schema registry?"
                            .formatted(what, endpoint.url()));
        }
    }

    private static void pause(String what, Duration wait) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException.Unavailable("interrupted while asked to " + what, e);
        }
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    private static String shorten(String body) {
        return body.length() <= 300 ? body : body.substring(0, 300) + "…";
    }
}
