package io.stepfree.gateway;

import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every route that a running gateway serves, so that a test of all cannot forget a new one. */
final class Routes {

    /**
     * One of them.
     *
     * @param pattern as /api/scans/{id}
     */
    record Route(String method, String pattern, HandlerMethod handler) {

        /** What it needs of a key; null where anybody known is let in. */
        @Nullable Scope scope() {
            Needs needs = handler.getMethodAnnotation(Needs.class);
            if (needs == null) {
                needs =
                        AnnotatedElementUtils.findMergedAnnotation(
                                handler.getBeanType(), Needs.class);
            }
            return needs == null ? null : needs.value();
        }

        /** Whether it is about one thing of one client. */
        boolean isOfOneThing() {
            return pattern.startsWith("/api/")
                    && !pattern.startsWith("/api/monitoring")
                    && !pattern.startsWith("/api/clients")
                    && pattern.contains("{");
        }

        /** With an id in the place of each variable; batches have names. */
        String path(String id, String batch) {
            return pattern.replace("{format}", "json")
                    .replaceAll("\\{[^}]+}", pattern.contains("batches") ? batch : id);
        }

        boolean changes() {
            return !method.equals("GET");
        }

        @Override
        public String toString() {
            return method + " " + pattern;
        }
    }

    private Routes() {}

    /** All but the one that errors are sent to. */
    static List<Route> of(RunningGateway gateway) {
        return gateway
                .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .entrySet()
                .stream()
                .flatMap(mapped ->
                        mapped.getKey().getPatternValues().stream()
                                .filter(pattern -> !pattern.equals("/error"))
                                .flatMap(pattern ->
                                        mapped.getKey().getMethodsCondition().getMethods().stream()
                                                .map(method ->
                                                        new Route(
                                                                method.name(),
                                                                pattern,
                                                                mapped.getValue()))))
                .toList();
    }
}
