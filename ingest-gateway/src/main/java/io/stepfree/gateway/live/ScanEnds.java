package io.stepfree.gateway.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells whoever waits for a scan that it has ended. Thread-safe. */
public final class ScanEnds {

    private final EventFeed feed;

    ScanEnds(EventFeed feed) {
        this.feed = feed;
    }

    /** Listens for the end of a scan, from a moment ago until it is closed. */
    public Watch watch(String scanId) {
        var watch = new Watch(Subject.scan(scanId));
        List<LiveEvent> recent = feed.follow(watch).recent();
        if (!recent.isEmpty()) {
            watch.hear(recent.getLast());
        }
        return watch;
    }

    /**
     * One that listens. An end that was told may not be shown by the views yet, and where it was a
     * dead letter, another life of the scan may have begun since.
     */
    public final class Watch implements EventFeed.Follower, AutoCloseable {

        private final Subject subject;
        private final CountDownLatch told = new CountDownLatch(1);

        private Watch(Subject subject) {
            this.subject = subject;
        }

        @Override
        public Subject subject() {
            return subject;
        }

        @Override
        public void hear(LiveEvent event) {
            if (event.mark().isLast()) {
                told.countDown();
            }
        }

        /** Waits until an end is told, and says whether it was; false when the time is over. */
        public boolean await(Duration longest) throws InterruptedException {
            return told.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            feed.leave(this);
        }
    }
}
