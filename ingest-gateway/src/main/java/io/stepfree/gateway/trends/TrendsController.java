package io.stepfree.gateway.trends;

import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ChosenTrend;
import java.time.InstantSource;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Trends over HTTP: of a client, one of its sites or pages, or one rule. */
@Needs(Scope.READ)
@RestController
final class TrendsController {

    private final TrendProjection trends;
    private final InstantSource clock;

    TrendsController(TrendProjection trends, InstantSource clock) {
        this.trends = trends;
        this.clock = clock;
    }

    @GetMapping("/api/trends")
    Trend trend(Caller caller, @RequestParam MultiValueMap<String, String> parameters) {
        return trends.trend(caller.client(), ChosenTrend.ofQuery(parameters, clock.instant()));
    }
}
