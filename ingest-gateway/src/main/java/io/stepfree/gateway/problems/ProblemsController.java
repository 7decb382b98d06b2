package io.stepfree.gateway.problems;

import io.stepfree.gateway.access.NeedsNoKey;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the types of problems mean, for people; open to all, as also those without a key meet one.
 */
@NeedsNoKey
@RestController
@RequestMapping("/problems")
public final class ProblemsController {

    private static final MediaType HTML =
            new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final Duration KEEP = Duration.ofHours(1);

    @GetMapping
    ResponseEntity<String> list() {
        return page(ProblemPages.list());
    }

    @GetMapping("/{name}")
    ResponseEntity<String> show(@PathVariable String name) {
        ProblemType type =
                ProblemType.ofWord(name)
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemType.NOT_FOUND,
                                        "There is no problem with the name %s; GET /problems lists all."
                                                .formatted(name)));
        return page(ProblemPages.page(type));
    }

    /* The media type is set, so that a client that has asked for JSON sees the page as well. */
    private static ResponseEntity<String> page(String html) {
        return ResponseEntity.ok()
                .contentType(HTML)
                .cacheControl(CacheControl.maxAge(KEEP).cachePublic())
                .header("Content-Security-Policy", ProblemPages.POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .body(html);
    }
}
