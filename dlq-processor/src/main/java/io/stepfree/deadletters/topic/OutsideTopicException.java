package io.stepfree.deadletters.topic;

/** What was asked for is not on the topic; the message is one sentence for a person. */
public final class OutsideTopicException extends RuntimeException {

    OutsideTopicException(String message) {
        super(message);
    }
}
