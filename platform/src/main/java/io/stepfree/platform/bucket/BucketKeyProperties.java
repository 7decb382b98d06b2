package io.stepfree.platform.bucket;

import io.stepfree.platform.boot.CannotStartException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * Who asks S3. It stands apart from the other settings of the bucket so that those can be shown,
 * and is checked when it is used, because Spring shows the values of what it cannot bind.
 *
 * @param accessKeyId the id of the access key; without one, credentials are looked for where the
 *     AWS SDK does: its environment variables, its files, the role of the container or machine
 * @param secretAccessKey the secret of that access key
 */
@ConfigurationProperties("stepfree.reports.s3")
public record BucketKeyProperties(
        @DefaultValue("") String accessKeyId, @DefaultValue("") String secretAccessKey) {

    AwsCredentialsProvider provider() {
        if (accessKeyId.isEmpty() != secretAccessKey.isEmpty()) {
            throw new CannotStartException(
                    "Of stepfree.reports.s3.access-key-id and stepfree.reports.s3.secret-access-key only one is set: set both, or neither to use the credentials that the AWS SDK finds.");
        }
        return accessKeyId.isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(accessKeyId, secretAccessKey));
    }

    @Override
    public String toString() {
        return "BucketKeyProperties[accessKeyId=%s, secretAccessKey=%s]"
                .formatted(
                        accessKeyId.isEmpty() ? "none" : "set",
                        secretAccessKey.isEmpty() ? "none" : "set");
    }
}
