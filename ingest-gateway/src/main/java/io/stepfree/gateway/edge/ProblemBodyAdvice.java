package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Writes problems in place of Spring MVC, which offers them as a file {@code f.txt} where the
 * address ends with what it takes for the name of one, as a report's does.
 */
@RestControllerAdvice
public final class ProblemBodyAdvice implements ResponseBodyAdvice<Object> {

    private final ProblemAnswers answers;

    public ProblemBodyAdvice(ProblemAnswers answers) {
        this.answers = answers;
    }

    @Override
    public boolean supports(
            MethodParameter method, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter method,
            MediaType mediaType,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (!(body instanceof Problem problem)) {
            return body;
        }
        try {
            response.getBody().write(answers.bytes(problem));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return null;
    }
}
