package io.stepfree.platform.target;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which addresses may be scanned. Public ones on the usual ports may, by default; nothing else.
 *
 * @param allow private or unusual targets that may be scanned all the same: a host name, an address
 *     or a CIDR block, each with or without a port, such as intranet.example, 10.1.0.0/16,
 *     127.0.0.1:8000 or [::1]:8000
 * @param ports the ports that may be asked of a target that is not in the list above
 */
@Validated
@ConfigurationProperties("stepfree.targets")
public record TargetProperties(
        @DefaultValue List<String> allow,
        @DefaultValue({"80", "443", "8080", "8443"}) List<Integer> ports) {

    public TargetProperties {
        allow = List.copyOf(allow);
        ports = List.copyOf(ports);
    }
}
