package io.stepfree.gateway;

import io.stepfree.platform.boot.PlatformConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the gateway by itself. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({PlatformConfiguration.class, GatewayConfiguration.class})
public class GatewayApplication {

    public static void main(String[] arguments) {
        ServiceApplication.main("ingest-gateway", GatewayApplication.class, arguments);
    }
}
