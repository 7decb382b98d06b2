package io.stepfree.reports.shelf;

import io.stepfree.platform.bucket.Bucket;
import io.stepfree.platform.bucket.BucketKeyProperties;
import io.stepfree.platform.bucket.BucketProbe;
import io.stepfree.platform.bucket.BucketProperties;
import io.stepfree.platform.health.DiskProbe;
import io.stepfree.platform.health.HealthProbe;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reports.ReportProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires where reports lie: in a bucket of S3 where one is set, and in a folder otherwise. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({BucketProperties.class, BucketKeyProperties.class})
public class ShelfConfiguration {

    @Bean
    @Nullable Bucket reportsBucket(BucketProperties properties, BucketKeyProperties key) {
        if (!properties.isSet()) {
            return null;
        }
        Bucket bucket = Bucket.open(properties, key);
        bucket.check();
        return bucket;
    }

    @Bean
    ReportShelves reportShelves(ReportProperties properties, ObjectProvider<Bucket> buckets) {
        var print = new ReportPrint(new HtmlPage(), properties.precompress());
        var folder = new FolderShelf(properties.directory(), print);
        @Nullable Bucket bucket = buckets.getIfAvailable();
        if (bucket == null) {
            folder.prepare();
        }
        return new ReportShelves(folder, bucket == null ? null : new BucketShelf(bucket, print));
    }

    /** Beside the disk where every service writes, as this may be another one, or is none. */
    @Bean
    HealthProbe reportsProbe(ReportProperties properties, ObjectProvider<Bucket> buckets) {
        @Nullable Bucket bucket = buckets.getIfAvailable();
        return bucket == null
                ? new DiskProbe("reports-disk", properties.directory())
                : new BucketProbe(bucket);
    }
}
