package io.stepfree.gateway.findings;

import io.stepfree.gateway.GatewayProperties;
import io.stepfree.gateway.admission.JsonBody;
import io.stepfree.gateway.scans.CursorKey;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.erasure.ErasableStore;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires how findings are shown, and what was decided of them. */
@Configuration(proxyBeanMethods = false)
public class FindingsConfiguration {

    @Bean
    DecisionBook decisionBook(Jdbi jdbi, GatewaySchema schema, GatewayProperties properties) {
        return new DecisionBook(properties.bounded(jdbi), schema, InstantSource.system());
    }

    @Bean
    ErasableStore erasableDecisions() {
        return DecisionBook.erasable();
    }

    @Bean
    DecisionsController decisionsController(JsonBody bodies, DecisionBook book) {
        return new DecisionsController(bodies, book, InstantSource.system());
    }

    @Bean
    ReportOverlays reportOverlays(Jdbi jdbi, DecisionBook decisions, GatewayProperties properties) {
        Jdbi bounded = properties.bounded(jdbi);
        return new ReportOverlays(bounded, new ChangeProjection(bounded, decisions), decisions);
    }

    @Bean
    FindingsController findingsController(
            Jdbi jdbi, CursorKey cursorKey, DecisionBook decisions, GatewayProperties properties) {
        Jdbi bounded = properties.bounded(jdbi);
        return new FindingsController(
                new FindingPages(
                        bounded,
                        new FindingCursors(cursorKey),
                        decisions,
                        FindingPages.MOST_LOOKED_AT,
                        FindingPages.MOST_STEPS),
                new ChangeProjection(bounded, decisions));
    }
}
