package io.stepfree.processor;

import io.stepfree.platform.boot.PlatformConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The worker as a service of its own. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({PlatformConfiguration.class, ProcessorConfiguration.class})
public class ProcessorApplication {

    public static void main(String[] arguments) {
        ServiceApplication.main("scan-processor", ProcessorApplication.class, arguments);
    }
}
