package io.stepfree.platform.bucket;

import java.util.Optional;

/**
 * Where an object lies; written as {@code s3://bucket/key}.
 *
 * @param bucket the name of the bucket
 * @param key the key of the object, without a slash before it
 */
public record BucketPlace(String bucket, String key) {

    private static final String SCHEME = "s3://";

    /** The place that is written so; empty when it is not one in a bucket. */
    public static Optional<BucketPlace> read(String written) {
        if (!written.startsWith(SCHEME)) {
            return Optional.empty();
        }
        int slash = written.indexOf('/', SCHEME.length());
        return slash < 0 || slash == SCHEME.length() || slash == written.length() - 1
                ? Optional.empty()
                : Optional.of(
                        new BucketPlace(
                                written.substring(SCHEME.length(), slash),
                                written.substring(slash + 1)));
    }

    /** The key up to and with its last slash; empty where there is none. */
    public String folder() {
        return key.substring(0, key.lastIndexOf('/') + 1);
    }

    /** What comes after the last slash of the key. */
    public String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
