package io.stepfree.platform.health;

import io.stepfree.schemas.registry.RegistryClient;

/** Asks the schema registry whether it is there. Known schemas need no registry, new ones do. */
public final class RegistryProbe implements HealthProbe {

    private final RegistryClient registry;

    public RegistryProbe(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Finding look() {
        return registry.letsUsIn()
                ? Finding.up("The schema registry answers.")
                : Finding.down("What answers is no schema registry, or does not let us in.");
    }
}
