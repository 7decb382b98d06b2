package io.stepfree.platform.bucket;

import io.stepfree.platform.boot.CannotStartException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Signs links with which somebody without credentials can get one object for a while (AWS Signature
 * Version 4, query parameters). S3 is not asked for that. Thread-safe.
 */
public final class BucketLinks implements AutoCloseable {

    /** A link of S3 cannot live longer. */
    public static final Duration LONGEST = Duration.ofDays(7);

    private final S3Presigner presigner;
    private final BucketProperties properties;

    private BucketLinks(S3Presigner presigner, BucketProperties properties) {
        this.presigner = presigner;
        this.properties = properties;
    }

    /**
     * For the bucket of these settings.
     *
     * @throws CannotStartException when no region is found
     */
    public static BucketLinks open(BucketProperties properties, BucketKeyProperties key) {
        var builder =
                S3Presigner.builder()
                        .credentialsProvider(key.provider())
                        .serviceConfiguration(
                                S3Configuration.builder()
                                        .pathStyleAccessEnabled(properties.pathStyle())
                                        .build());
        Optional.ofNullable(properties.endpoint()).ifPresent(builder::endpointOverride);
        properties.knownRegion().ifPresent(builder::region);
        try {
            return new BucketLinks(builder.build(), properties);
        } catch (SdkException e) {
            throw new CannotStartException(
                    BucketException.of(properties.bucket(), properties.where(), e).sentence(), e);
        }
    }

    /** The name of the bucket. */
    public String bucket() {
        return properties.bucket();
    }

    /**
     * A link to an object.
     *
     * @param lifetime for how long, {@link #LONGEST} at most; less when the credentials end before
     * @param disposition the Content-Disposition that it is answered with
     * @throws BucketException when there are no credentials to sign with
     */
    public URI sign(BucketPlace place, Duration lifetime, String disposition)
            throws BucketException {
        try {
            return URI.create(
                    presigner
                            .presignGetObject(link ->
                                    link.signatureDuration(lifetime)
                                            .getObjectRequest(object ->
                                                    object.bucket(place.bucket())
                                                            .key(place.key())
                                                            .responseContentDisposition(
                                                                    disposition)))
                            .url()
                            .toString());
        } catch (SdkException e) {
            throw BucketException.of(place.bucket(), properties.where(), e);
        }
    }

    @Override
    public void close() {
        presigner.close();
    }
}
