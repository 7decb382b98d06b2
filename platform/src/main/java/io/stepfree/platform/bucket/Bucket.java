package io.stepfree.platform.bucket;

import io.stepfree.platform.boot.CannotStartException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of S3 in which objects are written once: each is put on the condition that there is none
 * of its name (RFC 9110, 13.1.2), and only what is damaged is ever put again. Each request is tried
 * three times within bounded time. Blocking and thread-safe; throws {@link BucketException} when S3
 * does not do it.
 */
public final class Bucket implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Bucket.class);

    private static final int TRIES = 3;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(900);

    /** How many S3 lists or deletes at once at most. */
    private static final int MOST_AT_ONCE = 1_000;

    private static final int THERE_ALREADY = 412;

    /** Another put of the same name was under way. */
    private static final int AT_THE_SAME_TIME = 409;

    /** Nobody but the reader keeps it, and for as long as they like: it never changes. */
    private static final String FOR_EVER = "private, max-age=31536000, immutable";

    private final S3Client client;
    private final String name;
    private final String prefix;
    private final String where;
    private final int atOnce;

    /** Whether it was seen that S3 does all that is needed. */
    private volatile boolean checked;

    private Bucket(S3Client client, BucketProperties properties, int atOnce) {
        this.client = client;
        this.name = properties.bucket();
        this.prefix = properties.prefix();
        this.where = properties.where();
        this.atOnce = atOnce;
    }

    /**
     * What is told with an object to whoever gets it.
     *
     * @param mediaType as Content-Type
     * @param encoding as Content-Encoding; null where it is not encoded
     */
    public record Kind(String mediaType, @Nullable String encoding) {}

    /**
     * The bucket of these settings, not asked yet.
     *
     * @throws CannotStartException when no region or no credentials are found
     */
    public static Bucket open(BucketProperties properties, BucketKeyProperties key) {
        return open(properties, key, MOST_AT_ONCE);
    }

    static Bucket open(BucketProperties properties, BucketKeyProperties key, int atOnce) {
        Duration timeout = properties.timeout();
        var http =
                UrlConnectionHttpClient.builder()
                        .connectionTimeout(timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT)
                        .socketTimeout(timeout);
        var builder =
                S3Client.builder()
                        .httpClientBuilder(http)
                        .credentialsProvider(key.provider())
                        .forcePathStyle(properties.pathStyle())
                        // Not all that speaks like S3 knows the newer sums; MD5, which we send, it
                        // does, and some ask for it where several objects are deleted.
                        .addPlugin(LegacyMd5Plugin.create())
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(calls ->
                                calls.apiCallAttemptTimeout(timeout)
                                        .apiCallTimeout(timeout.multipliedBy(TRIES))
                                        .retryStrategy(
                                                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                                        .maxAttempts(TRIES)
                                                        .build()));
        Optional.ofNullable(properties.endpoint()).ifPresent(builder::endpointOverride);
        properties.knownRegion().ifPresent(builder::region);
        try {
            return new Bucket(builder.build(), properties, atOnce);
        } catch (SdkException e) {
            throw new CannotStartException(
                    BucketException.of(properties.bucket(), properties.where(), e).sentence(), e);
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** What the keys of all objects begin with; empty, or ends with a slash. */
    public String prefix() {
        return prefix;
    }

    /**
     * Puts an object and sees to it that a second one of the same name is refused, then deletes it:
     * all that will be done later is allowed and works. When nothing answers, it only tells so, and
     * what is put first tries it again.
     *
     * @throws CannotStartException when S3 refuses, or would let what is stored be changed
     */
    public void check() {
        try {
            tryAll();
        } catch (BucketException e) {
            if (!e.isOutage()) {
                throw new CannotStartException(e.sentence(), e);
            }
            log.warn("{}", e.sentence());
        }
    }

    /** Several threads may each try for themselves: none has to wait for what others wait for. */
    private void tryAll() throws BucketException {
        String key = prefix + ".writable-" + UUID.randomUUID();
        var kind = new Kind("text/plain", null);
        put(key, "1".getBytes(StandardCharsets.UTF_8), kind, true);
        boolean replaced = put(key, "2".getBytes(StandardCharsets.UTF_8), kind, true);
        delete(name, List.of(key));
        if (replaced) {
            throw new BucketException(
                    "%s does not know conditional writes (If-None-Match: *), so reports in the bucket %s could be changed: set stepfree.reports.s3.endpoint to one that does."
                            .formatted(where, name));
        }
        checked = true;
    }

    /**
     * Puts an object unless it is there already. What is there and is not what its name says is
     * damaged: it is replaced, and told in the log.
     *
     * @param key its whole key, which says what is in it
     * @param content all of it
     * @param says whether what is there is what the key says
     */
    public void putOnce(String key, byte[] content, Kind kind, Predicate<byte[]> says)
            throws BucketException {
        if (!checked) {
            tryAll();
        }
        if (!put(key, content, kind, true) && !says.test(get(key))) {
            log.warn(
                    "{} was not what its name says: it was changed or damaged, and is written anew",
                    new BucketPlace(name, key));
            put(key, content, kind, false);
        }
    }

    /**
     * Whether it was put.
     *
     * @param once not to put it when there is one of its name
     */
    private boolean put(String key, byte[] content, Kind kind, boolean once)
            throws BucketException {
        var request =
                PutObjectRequest.builder()
                        .bucket(name)
                        .key(key)
                        .ifNoneMatch(once ? "*" : null)
                        .contentType(kind.mediaType())
                        .contentEncoding(kind.encoding())
                        .contentMD5(md5(content))
                        .cacheControl(FOR_EVER)
                        .build();
        try {
            client.putObject(request, RequestBody.fromBytes(content));
            return true;
        } catch (AwsServiceException e) {
            if (once && (e.statusCode() == THERE_ALREADY || e.statusCode() == AT_THE_SAME_TIME)) {
                return false;
            }
            throw BucketException.of(name, where, e);
        } catch (SdkException e) {
            throw BucketException.of(name, where, e);
        }
    }

    private byte[] get(String key) throws BucketException {
        return ask(name, s3 -> s3.getObjectAsBytes(object -> object.bucket(name).key(key)))
                .asByteArrayUnsafe();
    }

    /**
     * The keys that begin so.
     *
     * @param bucket which one: an object may lie where the setting pointed to before
     */
    public List<String> keys(String bucket, String beginning) throws BucketException {
        return ask(
                bucket,
                s3 ->
                        s3
                                .listObjectsV2Paginator(list ->
                                        list.bucket(bucket).prefix(beginning).maxKeys(atOnce))
                                .contents()
                                .stream()
                                .map(S3Object::key)
                                .toList());
    }

    /** Deletes these objects, also when some are not there. */
    public void delete(String bucket, List<String> keys) throws BucketException {
        for (int from = 0; from < keys.size(); from += atOnce) {
            var some = new ArrayList<ObjectIdentifier>();
            for (String key : keys.subList(from, Math.min(keys.size(), from + atOnce))) {
                some.add(ObjectIdentifier.builder().key(key).build());
            }
            var answer =
                    ask(
                            bucket,
                            s3 ->
                                    s3.deleteObjects(request ->
                                            request.bucket(bucket)
                                                    .delete(these ->
                                                            these.objects(some).quiet(true))));
            if (answer.hasErrors() && !answer.errors().isEmpty()) {
                var refused = answer.errors().getFirst();
                throw new BucketException(
                        "%s did not delete %s of the bucket %s (%s): let the access key delete objects there."
                                .formatted(where, refused.key(), bucket, refused.code()));
            }
        }
    }

    /** Asks once, shortly, whether the bucket is there. */
    void look() throws BucketException {
        ask(
                name,
                s3 ->
                        s3.headBucket(bucket ->
                                bucket.bucket(name)
                                        .overrideConfiguration(call -> call.apiCallTimeout(LOOK))));
    }

    private <T> T ask(String bucket, Function<S3Client, T> question) throws BucketException {
        try {
            return question.apply(client);
        } catch (SdkException e) {
            throw BucketException.of(bucket, where, e);
        }
    }

    /* No secret: so that what was damaged on its way is not taken (RFC 1864). */
    private static String md5(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
