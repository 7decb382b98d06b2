package io.stepfree.platform.signal;

import java.util.Map;

/** What a service has to tell about itself; asked every two seconds, so it must answer at once. */
public interface SignalSource {

    /** How many scans this instance can make at once; 0 unless it is a worker. */
    int slots();

    /** How many of them are busy. */
    int inFlight();

    /** Further measurements by meter name, in base units. */
    Map<String, Double> gauges();

    /** For a service that has nothing to tell but that it is there. */
    static SignalSource none() {
        return new SignalSource() {
            @Override
            public int slots() {
                return 0;
            }

            @Override
            public int inFlight() {
                return 0;
            }

            @Override
            public Map<String, Double> gauges() {
                return Map.of();
            }
        };
    }
}
