package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.Problem;
import io.stepfree.platform.problem.ProblemType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.Host;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last place an error can be given a body: requests that Tomcat refuses before any filter sees
 * them, such as a forbidden character in the path, or a failure of the error page itself. Takes the
 * place of Tomcat's HTML report.
 */
public final class ProblemValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemValve.class);

    private static final List<String> ENCODED_SLASHES = List.of("%2f", "%5c");
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private final ProblemAnswers answers;

    public ProblemValve(ProblemAnswers answers) {
        this.answers = answers;
    }

    /** Puts this valve where Tomcat's own would be. */
    public void install(Context context) {
        Host host = (Host) context.getParent();
        for (Valve valve : host.getPipeline().getValves()) {
            if (valve instanceof ErrorReportValve) {
                host.getPipeline().removeValve(valve);
            }
        }
        // Named as well, or the host would add its default when it starts.
        if (host instanceof StandardHost standard) {
            standard.setErrorReportValveClass(ProblemValve.class.getName());
        }
        host.getPipeline().addValve(this);
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemType type = ProblemAnswers.typeOf(status);
        Problem problem =
                answers.problem(
                        type,
                        detail(type, request.getRequestURI()),
                        List.of(),
                        request,
                        request.getRequestURI());
        try {
            answers.write(problem.withStatus(status), request, response);
            response.finishResponse();
        } catch (IOException | IllegalStateException e) {
            LOG.debug("The client did not wait for its error", e);
        }
    }

    private static String detail(ProblemType type, @Nullable String path) {
        if (type == ProblemType.BAD_REQUEST && path != null) {
            for (String encoded : ENCODED_SLASHES) {
                if (path.toLowerCase(Locale.ROOT).contains(encoded)) {
                    return "The path has %s, an encoded slash or backslash, which no address here has. Write / between its parts; no id has a slash in it."
                            .formatted(encoded.toUpperCase(Locale.ROOT));
                }
            }
            if (BROKEN_ESCAPE.matcher(path).find()) {
                return "The path has a % that two hexadecimal digits do not follow. Write %25 for the sign itself (RFC 3986, 2.1).";
            }
        }
        return "The web server refused the request: %s.".formatted(type.title());
    }
}
