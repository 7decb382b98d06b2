package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.Problem;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.platform.request.RequestId;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where the servlet container sends what failed outside Spring MVC: in a filter, or by a bare
 * status.
 */
@RestController
public final class ProblemErrorController implements ErrorController {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemErrorController.class);

    private final ProblemAnswers answers;

    public ProblemErrorController(ProblemAnswers answers) {
        this.answers = answers;
    }

    @RequestMapping("/error")
    ResponseEntity<Object> error(HttpServletRequest request, HttpServletResponse response) {
        RequestId id = RequestIdFilter.of(request);
        response.setHeader(RequestId.HTTP_HEADER, id.value());
        // A client that asks for this very path finds nothing here, as at any other unknown path.
        int status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                        ? code
                        : 404;
        String path =
                request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String asked
                        ? asked
                        : request.getRequestURI();
        // Tomcat leaves an exception also where the client broke the rules of HTTP.
        if (status >= 500
                && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION)
                        instanceof Throwable cause) {
            LOG.error("Request {} failed outside Spring MVC", id.value(), cause);
        }
        ProblemType type = ProblemAnswers.typeOf(status);
        String detail =
                status == 404 ? "Nothing is served at %s.".formatted(path) : type.title() + ".";
        Problem problem = answers.problem(type, detail, List.of(), request, path);
        return answers.entity(problem.withStatus(status), new HttpHeaders());
    }
}
