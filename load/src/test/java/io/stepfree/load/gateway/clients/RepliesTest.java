package io.stepfree.load.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RepliesTest {

    private final Replies replies =
            new Replies(
                    List.of(
                            new Reply(1_000, 400, true),
                            new Reply(1_500, 10, true),
                            new Reply(2_000, -1, false),
                            new Reply(3_000, 20, true)));

    @Test
    void whatWentWrongCountsNeitherAsTimeNorAsSpeed() {
        assertThat(replies.wrong()).isEqualTo(1);
        assertThat(replies.millis()).containsExactly(400.0, 10.0, 20.0);
        assertThat(replies.perSecond()).isEqualTo(1.5);
    }

    @Test
    void theFirstCanBeLeftOut() {
        assertThat(replies.without(1).millis()).containsExactly(10.0, 20.0);
        assertThat(replies.without(9).all()).isEmpty();
    }

    @Test
    void aReplyIsReadAsItWasWritten() {
        for (Reply reply : replies.all()) {
            assertThat(Reply.of(reply.line())).isEqualTo(reply);
        }
    }
}
