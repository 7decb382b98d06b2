package io.stepfree.deadletters;

import io.stepfree.platform.boot.PlatformConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the service that indexes dead letters and replays them. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({PlatformConfiguration.class, DeadLetterConfiguration.class})
public class DeadLetterApplication {

    /** Runs the service with {@code dlq-processor.yaml}, the environment and these arguments. */
    public static void main(String[] arguments) {
        ServiceApplication.main("dlq-processor", DeadLetterApplication.class, arguments);
    }
}
