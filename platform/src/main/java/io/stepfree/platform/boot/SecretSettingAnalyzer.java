package io.stepfree.platform.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Tells of a setting that cannot be read without its value where that may be a secret, such as a
 * webhook's address given as {@code stepfree.alerts.webhook} in place of {@code …webhook.address}.
 * Spring Boot's own analysis, which comes later, would show it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SecretSettingAnalyzer extends AbstractFailureAnalyzer<BindException> {

    private static final List<ConfigurationPropertyName> SECRET =
            List.of(
                    ConfigurationPropertyName.of("stepfree.alerts.pager-duty"),
                    ConfigurationPropertyName.of("stepfree.alerts.slack"),
                    ConfigurationPropertyName.of("stepfree.alerts.webhook"),
                    ConfigurationPropertyName.of("stepfree.secrets"));

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        ConfigurationPropertyName name = cause.getName();
        if (SECRET.stream().noneMatch(secret -> secret.equals(name) || secret.isAncestorOf(name))) {
            return null;
        }
        return new FailureAnalysis(
                "%s cannot be read; its value is not shown, since it may be a secret"
                        .formatted(name),
                "Compare the names of the settings below it with docs/configuration.md.",
                cause);
    }
}
