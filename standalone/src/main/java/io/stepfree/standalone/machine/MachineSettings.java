package io.stepfree.standalone.machine;

import java.nio.file.Path;
import java.util.List;

/**
 * What may be chosen about a machine.
 *
 * @param home where its data lies
 * @param reports where reports are written
 * @param gatewayPort the port of the HTTP API; 0 for any free one
 * @param kafkaPort the port of the broker; 0 for any free one
 * @param registryPort the port of the schema registry; 0 for any free one
 * @param postgresPort the port of PostgreSQL; 0 for any free one
 * @param allowedTargets private or unusual addresses that may be scanned all the same, as in {@code
 *     stepfree.targets.allow}
 */
public record MachineSettings(
        Home home,
        Path reports,
        int gatewayPort,
        int kafkaPort,
        int registryPort,
        int postgresPort,
        List<String> allowedTargets) {

    public MachineSettings {
        allowedTargets = List.copyOf(allowedTargets);
    }

    /** A machine on free ports. */
    public static MachineSettings onFreePorts(
            Home home, Path reports, List<String> allowedTargets) {
        return new MachineSettings(home, reports, 0, 0, 0, 0, allowedTargets);
    }
}
