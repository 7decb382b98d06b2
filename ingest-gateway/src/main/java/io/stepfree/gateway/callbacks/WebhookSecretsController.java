package io.stepfree.gateway.callbacks;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The secrets that callbacks are signed with over HTTP: make, list, end. */
@RestController
public final class WebhookSecretsController {

    static final String SECRET = "/api/webhooks/secret";

    private static final Logger log = LoggerFactory.getLogger(WebhookSecretsController.class);

    private final WebhookSecrets secrets;

    /**
     * The answer to an order of a secret.
     *
     * @param secret the secret itself, which is shown this once
     */
    record Made(String secret, @JsonUnwrapped WebhookSecrets.Known known) {
        /** For logs, which the secret itself is not for. */
        @Override
        public String toString() {
            return "Made[%s]".formatted(known.id());
        }
    }

    /** Those that live, the newest first. */
    record SecretList(List<WebhookSecrets.Known> items) {}

    public WebhookSecretsController(WebhookSecrets secrets) {
        this.secrets = secrets;
    }

    @Needs(Scope.SUBMIT)
    @PostMapping(SECRET)
    ResponseEntity<Made> make(Caller caller) {
        WebhookSecrets.Made made = secrets.make(caller);
        log.info(
                "{} made the webhook secret {} of {}",
                caller.name(),
                made.known().id(),
                caller.client());
        return ResponseEntity.created(URI.create(SECRET + "/" + made.known().id()))
                .cacheControl(CacheControl.noStore())
                .body(new Made(made.secret(), made.known()));
    }

    @Needs(Scope.READ)
    @GetMapping(SECRET)
    SecretList list(Caller caller) {
        return new SecretList(secrets.list(caller.client()));
    }

    @Needs(Scope.SUBMIT)
    @DeleteMapping(SECRET + "/{id}")
    ResponseEntity<Void> end(Caller caller, @PathVariable String id) {
        boolean ended =
                ScanIds.read(id)
                        .map(known -> secrets.end(caller.client(), UUID.fromString(known)))
                        .orElse(false);
        if (!ended) {
            throw new ProblemException(
                    ProblemType.NOT_FOUND,
                    "There is no webhook secret with the id %s.".formatted(id));
        }
        log.info("{} ended the webhook secret {} of {}", caller.name(), id, caller.client());
        return ResponseEntity.noContent().build();
    }
}
