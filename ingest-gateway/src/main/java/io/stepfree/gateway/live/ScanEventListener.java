package io.stepfree.gateway.live;

import io.stepfree.schemas.scan.ScanEvent;

/**
 * Hears what is told on scan.events, from some time before the start on. The same may be told again
 * after the reading of the topic began anew.
 */
public interface ScanEventListener {

    /** Must not block. */
    void hear(ScanEvent event);
}
