package io.stepfree.gateway.admission;

import io.stepfree.gateway.access.NeedsNoKey;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Stands before every route that needs a key and refuses what is in the query string and nobody
 * reads: a misspelt parameter must not be passed over in silence. A controller names what it takes
 * by its {@link RequestParam}s; one that takes all of them as a map checks them itself. Stateless
 * and thread-safe.
 */
public final class ParametersInterceptor implements HandlerInterceptor {

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() == DispatcherType.REQUEST
                && request.getQueryString() != null
                && handler instanceof HandlerMethod method
                && !isOpen(method)
                && taken(method).noneMatch(ParametersInterceptor::isMap)) {
            KnownParameters.check(
                    given(request),
                    taken(method)
                            .map(ParametersInterceptor::name)
                            .collect(Collectors.toUnmodifiableSet()));
        }
        return true;
    }

    private static boolean isOpen(HandlerMethod method) {
        return AnnotatedElementUtils.hasAnnotation(method.getBeanType(), NeedsNoKey.class);
    }

    private static Stream<MethodParameter> taken(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class));
    }

    private static boolean isMap(MethodParameter parameter) {
        return Map.class.isAssignableFrom(parameter.getParameterType());
    }

    private static String name(MethodParameter parameter) {
        return parameter.getParameter().getName();
    }

    private static Map<String, List<String>> given(HttpServletRequest request) {
        var given = new LinkedHashMap<String, List<String>>();
        request.getParameterMap().forEach((name, values) -> given.put(name, List.of(values)));
        return given;
    }
}
