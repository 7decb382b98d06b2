package io.stepfree.gateway.access;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Stands before every route: nobody unknown passes, nor anybody without the scope that the route
 * {@link Needs}, but to where {@link NeedsNoKey nobody is asked}. A controller takes the {@link
 * Caller} as a parameter. Thread-safe.
 */
final class AccessInterceptor implements HandlerInterceptor, HandlerMethodArgumentResolver {

    private static final String CLIENT_KEY = "client";

    private final Callers callers;

    AccessInterceptor(Callers callers) {
        this.callers = callers;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        // What came so far has passed, and is shown its own error or the rest of its answer.
        if (request.getDispatcherType() != DispatcherType.REQUEST || isOpen(handler)) {
            return true;
        }
        Caller caller = callers.of(request);
        // The log of a request ends with it.
        MDC.put(CLIENT_KEY, caller.client());
        caller.make(request);
        if (handler instanceof HandlerMethod method) {
            admit(caller, method);
        }
        return true;
    }

    private static boolean isOpen(Object handler) {
        return handler instanceof HandlerMethod method
                && AnnotatedElementUtils.hasAnnotation(method.getBeanType(), NeedsNoKey.class);
    }

    private static void admit(Caller caller, HandlerMethod method) {
        Needs needs = method.getMethodAnnotation(Needs.class);
        if (needs == null) {
            needs = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), Needs.class);
        }
        if (needs != null && !caller.may(needs.value())) {
            throw new ProblemException(
                    ProblemType.FORBIDDEN,
                    "This needs the scope %s, which %s does not have."
                            .formatted(needs.value().word(), caller.name()));
        }
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(Caller.class);
    }

    @Override
    public Caller resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        return Optional.ofNullable(request.getNativeRequest(HttpServletRequest.class))
                .flatMap(Caller::of)
                .orElseThrow(
                        () -> new IllegalStateException("a route was reached past access control"));
    }
}
