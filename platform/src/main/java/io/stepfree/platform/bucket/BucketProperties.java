package io.stepfree.platform.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import software.amazon.awssdk.regions.Region;

/**
 * The bucket of S3 in which reports are kept, in place of a folder, and where it is. The same for
 * report-builder, which writes, and for the gateway, which signs links.
 *
 * @param bucket the name of the bucket; without one, reports are kept in a folder
 * @param endpoint the address of an S3 that is not Amazon's, as https://s3.example:9000; none for
 *     Amazon's
 * @param region the region of the bucket; without one it is looked for where the AWS SDK does, and
 *     is us-east-1 where there is an endpoint
 * @param prefix what the keys of all objects begin with, so that a bucket can be shared; ends with
 *     a slash, which is added
 * @param pathStyle whether the bucket is named in the path and not in the host, as most of what is
 *     not Amazon's needs
 * @param timeout how long S3 may take for one try of a request, 100 ms to 1 min; there are three
 *     tries, then it counts as down
 */
@ConfigurationProperties("stepfree.reports.s3")
public record BucketProperties(
        @DefaultValue("") String bucket,
        @Nullable URI endpoint,
        @DefaultValue("") String region,
        @DefaultValue("reports/") String prefix,
        @DefaultValue("false") boolean pathStyle,
        @DefaultValue("5s") Duration timeout) {

    /* Amazon's rules for names of buckets, which all others keep to. */
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    /* Those signs that need no escape anywhere (S3 User Guide, "Naming objects"). */
    private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_.-]{1,100}/){0,9}");
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public BucketProperties {
        if (!bucket.isEmpty() && (!BUCKET.matcher(bucket).matches() || bucket.contains(".."))) {
            throw new IllegalArgumentException(
                    "stepfree.reports.s3.bucket %s is no name of a bucket: 3 to 63 lower-case letters, digits, - and . are"
                            .formatted(bucket));
        }
        if (endpoint != null && !isAddress(endpoint)) {
            throw new IllegalArgumentException(
                    "stepfree.reports.s3.endpoint %s is no address such as https://s3.example:9000: it must be http or https with a host, and nothing behind that"
                            .formatted(endpoint));
        }
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            prefix = prefix + "/";
        }
        if (!PREFIX.matcher(prefix).matches()
                || prefix.startsWith("./")
                || prefix.startsWith("../")
                || prefix.contains("/./")
                || prefix.contains("/../")) {
            throw new IllegalArgumentException(
                    "stepfree.reports.s3.prefix %s may only have names of letters, digits, _, - and . with a slash between, ten at most"
                            .formatted(prefix));
        }
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "stepfree.reports.s3.timeout %s is not from %s to %s"
                            .formatted(timeout, SHORTEST, LONGEST));
        }
    }

    /** Whether there is a bucket at all. */
    public boolean isSet() {
        return !bucket.isEmpty();
    }

    /** Where it is, for messages. */
    String where() {
        return endpoint == null ? "Amazon S3" : endpoint.toString();
    }

    /** The region that is set, or any where it does not matter; none where it has to be found. */
    Optional<Region> knownRegion() {
        if (!region.isEmpty()) {
            return Optional.of(Region.of(region));
        }
        return endpoint == null ? Optional.empty() : Optional.of(Region.US_EAST_1);
    }

    private static boolean isAddress(URI address) {
        String path = address.getPath();
        return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                && address.getHost() != null
                && address.getUserInfo() == null
                && address.getQuery() == null
                && address.getFragment() == null
                && (path == null || path.isEmpty() || path.equals("/"));
    }
}
