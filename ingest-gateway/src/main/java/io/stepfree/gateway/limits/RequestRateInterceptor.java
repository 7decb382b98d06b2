package io.stepfree.gateway.limits;

import io.stepfree.gateway.access.Caller;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Refuses requests of a client that has sent too many within a second, before anything is done for
 * them.
 */
public final class RequestRateInterceptor implements HandlerInterceptor {

    private final RequestRates rates;

    public RequestRateInterceptor(RequestRates rates) {
        this.rates = rates;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            Caller.of(request).ifPresent(rates::admit);
        }
        return true;
    }
}
