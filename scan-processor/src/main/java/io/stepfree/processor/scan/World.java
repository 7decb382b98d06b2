package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.schemas.scan.FailureType;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An isolated world of one frame: it sees the page's document, but the page's scripts neither see
 * nor change what lives in it.
 */
record World(CdpSession session, int contextId) {

    /** The world of that name in a frame; made when it is asked for the first time. */
    static World of(CdpSession session, String frameId, String name, Deadline deadline)
            throws CdpException, InterruptedException {
        return new World(
                session,
                session.call(
                                "Page.createIsolatedWorld",
                                Map.of("frameId", frameId, "worldName", name),
                                deadline.left())
                        .path("executionContextId")
                        .asInt());
    }

    /** The value of an expression, awaited when it is a promise. */
    JsonNode evaluate(String expression, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        JsonNode answer =
                session.call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "contextId",
                                contextId,
                                "awaitPromise",
                                true,
                                "returnByValue",
                                true),
                        deadline.left());
        return result(answer).path("value");
    }

    /** The browser's name of what an expression gives, an element mostly; empty when it is none. */
    String reference(String expression, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        JsonNode answer =
                session.call(
                        "Runtime.evaluate",
                        Map.of("expression", expression, "contextId", contextId),
                        deadline.left());
        return result(answer).path("objectId").asString("");
    }

    private static JsonNode result(JsonNode answer) throws ScanFailedException {
        JsonNode thrown = answer.path("exceptionDetails");
        if (!thrown.isMissingNode()) {
            String description = thrown.path("exception").path("description").asString("");
            throw new ScanFailedException(
                    Failures.of(
                            FailureType.ENGINE_ERROR,
                            "The accessibility engine failed: "
                                    + (description.isEmpty()
                                            ? thrown.path("text").asString("no reason given")
                                            : description)));
        }
        return answer.path("result");
    }

    /** Whether the browser refused because the document of a world has given way to another one. */
    static boolean isLost(CdpException.Refused refusal) {
        String message = String.valueOf(refusal.getMessage());
        return message.contains("context")
                || message.contains("navigated or closed")
                || message.contains("No frame");
    }
}
