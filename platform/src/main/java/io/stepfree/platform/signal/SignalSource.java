package io.stepfree.platform.signal;

import java.util.Map;

/**
 * What a part of a service has to tell about it; asked every two seconds, so it must answer at
 * once. A service may have several, or none.
 */
public interface SignalSource {

    /** How many scans this instance can make at once; 0 unless it is a worker. */
    default int slots() {
        return 0;
    }

    /** How many of them are busy. */
    default int inFlight() {
        return 0;
    }

    /** Further measurements by meter name, in base units. */
    Map<String, Double> gauges();
}
