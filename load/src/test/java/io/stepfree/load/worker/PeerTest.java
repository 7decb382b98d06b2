package io.stepfree.load.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.worker.Peer.Findings;
import org.junit.jupiter.api.Test;

final class PeerTest {

    @Test
    void axeCliTellsElementsByRule() {
        assertThat(
                        new Peer.AxeCli()
                                .read(
                                        """
                                        [{"violations":[{"nodes":[{},{}]},{"nodes":[{}]}],"incomplete":[{"nodes":[{}]}]},
                                         {"violations":[],"incomplete":[]}]
                                        """))
                .isEqualTo(new Findings(2, 0, 3, 1));
    }

    @Test
    void pa11yTellsIssuesAndThePageThatFailedAsOneMessage() {
        assertThat(
                        new Peer.Pa11yCi()
                                .read(
                                        """
                                        {"results":{
                                          "a":[{"code":"image-alt","runnerExtras":{"needsFurtherReview":false}},
                                               {"code":"color-contrast","runnerExtras":{"needsFurtherReview":true}}],
                                          "b":[{"message":"Pa11y timed out"}],
                                          "c":[]}}
                                        """))
                .isEqualTo(new Findings(3, 1, 1, 1));
    }

    @Test
    void kayleTellsALineForEachPage() {
        assertThat(
                        new Peer.Kayle()
                                .read(
                                        """
                                        {"url":"a","issues":[{"code":"image-alt","type":"error"},{"code":"x","type":"warning"}]}
                                        {"url":"b","failure":"no"}
                                        """))
                .isEqualTo(new Findings(2, 1, 1, 1));
    }

    @Test
    void aPageThatAPeerDoesNotMentionHasFailed() {
        assertThat(Peer.complete(new Findings(2, 1, 5, 5), 4).failed()).isEqualTo(3);
    }

    @Test
    void aPeerThatSaysNothingHasNotRun() {
        assertThatThrownBy(() -> Peer.complete(new Findings(0, 0, 0, 0), 4))
                .isInstanceOf(MeasurementException.class);
    }
}
