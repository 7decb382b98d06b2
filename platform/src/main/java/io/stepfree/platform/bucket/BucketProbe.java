package io.stepfree.platform.bucket;

import io.stepfree.platform.health.Finding;
import io.stepfree.platform.health.HealthProbe;

/** Looks whether the bucket answers. */
public final class BucketProbe implements HealthProbe {

    private final Bucket bucket;

    public BucketProbe(Bucket bucket) {
        this.bucket = bucket;
    }

    @Override
    public String name() {
        return "reports-bucket";
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Finding look() {
        try {
            bucket.look();
            return Finding.up("The bucket %s is there.".formatted(bucket.name()));
        } catch (BucketException e) {
            return Finding.down(String.valueOf(e.getMessage()));
        }
    }
}
