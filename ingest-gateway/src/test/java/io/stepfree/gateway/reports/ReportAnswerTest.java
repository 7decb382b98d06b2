package io.stepfree.gateway.reports;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.edge.TornAnswerException;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.pages.ReportSubject;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What fails after the beginning was sent ends the connection, whatever it is. */
class ReportAnswerTest {

    private static final ReportAnswer ANSWER =
            new ReportAnswer(
                    new ReportSubject(ReportSubject.Kind.BATCH, "nightly", "local", Instant.EPOCH),
                    ReportFormat.CSV,
                    "1");

    @Test
    void whatFailsAfterTheBeginningWasSentTearsTheAnswer() {
        for (Throwable failure :
                List.of(new IllegalStateException("broken"), new StackOverflowError("too deep"))) {
            assertThatThrownBy(() -> ANSWER.send(out -> fail(failure), response(true)))
                    .isInstanceOf(TornAnswerException.class)
                    .hasCause(failure);
        }
    }

    @Test
    void whatFailsBeforeIsAProblemLikeAnyOther() {
        var failure = new StackOverflowError("too deep");
        assertThatThrownBy(() -> ANSWER.send(out -> fail(failure), response(false)))
                .isSameAs(failure);
    }

    private static void fail(Throwable failure) {
        switch (failure) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalArgumentException(failure);
        }
    }

    /** A response of which the beginning was sent or not; whatever it is told, it keeps nothing. */
    private static HttpServletResponse response(boolean committed) {
        return (HttpServletResponse)
                Proxy.newProxyInstance(
                        ReportAnswerTest.class.getClassLoader(),
                        new Class<?>[] {HttpServletResponse.class},
                        (_, method, _) ->
                                switch (method.getName()) {
                                    case "isCommitted" -> committed;
                                    case "getOutputStream" -> new Nowhere();
                                    case "setHeader", "setContentType" -> null;
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.toString());
                                });
    }

    private static final class Nowhere extends ServletOutputStream {
        @Override
        public void write(int one) {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {}
    }
}
