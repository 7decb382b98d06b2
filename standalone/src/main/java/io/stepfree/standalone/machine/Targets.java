package io.stepfree.standalone.machine;

import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.TargetProperties;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What the services of a machine will allow to be scanned, known before any of them runs. */
public final class Targets {

    /** Every address there is, for a developer's own machine. */
    public static final List<String> EVERYTHING = List.of("0.0.0.0/0", "::/0");

    private Targets() {}

    /**
     * The policy of a machine with these {@link MachineSettings#allowedTargets()}, read from the
     * same settings as the services read it.
     */
    public static TargetPolicy policy(List<String> allowed) {
        var environment = new StandardEnvironment();
        if (!allowed.isEmpty()) {
            environment
                    .getPropertySources()
                    .addFirst(
                            new MapPropertySource(
                                    "machine",
                                    Map.of("stepfree.targets.allow", String.join(",", allowed))));
        }
        return TargetPolicy.of(
                Binder.get(environment).bindOrCreate("stepfree.targets", TargetProperties.class));
    }
}
