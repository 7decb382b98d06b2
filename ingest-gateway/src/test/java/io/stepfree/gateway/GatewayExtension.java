package io.stepfree.gateway;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands every test class of a fork the same healthy gateway, started with the first and closed
 * after the last.
 */
final class GatewayExtension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(GatewayExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RunningGateway.class;
    }

    @Override
    public RunningGateway resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // Surefire executes the classes of a fork one by one, so the root is another for each.
        return context.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(
                        RunningGateway.class, _ -> RunningGateway.start(), RunningGateway.class);
    }
}
