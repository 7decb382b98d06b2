package io.stepfree.gateway.waiting;

import io.stepfree.gateway.live.ScanEnds;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

/** Wires the waiting for ends. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WaitingProperties.class)
public class WaitingConfiguration {

    @Bean
    EndWaits endWaits(WaitingProperties properties, ScanEnds ends) {
        return new EndWaits(properties, ends);
    }

    @Bean
    WaitsEnd waitsEnd(EndWaits waits) {
        return new WaitsEnd(waits);
    }

    /** Answers before the web server begins to wait for the answers that are under way. */
    record WaitsEnd(EndWaits waits) implements ApplicationListener<ContextClosedEvent> {
        @Override
        public void onApplicationEvent(ContextClosedEvent event) {
            waits.close();
        }
    }
}
