package io.stepfree.standalone.client;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * How far a batch is, as the gateway tells it.
 *
 * @param id its name
 * @param status open or ended
 * @param accepted how many scans it has so far
 * @param waiting how many of them wait for a worker
 * @param running how many are with a worker
 * @param retrying how many wait for another attempt
 * @param completed how many ended with a result
 * @param deadLettered how many failed for good
 * @param cancelled how many were cancelled
 */
public record BatchView(
        String id,
        String status,
        long accepted,
        long waiting,
        long running,
        long retrying,
        long completed,
        long deadLettered,
        long cancelled) {

    /** How many have ended in whatever way. */
    @JsonIgnore
    public long ended() {
        return completed + deadLettered + cancelled;
    }

    /** Where it stands, in one line. */
    @JsonIgnore
    public String standing() {
        return "%,d of %,d ended: %,d completed, %,d could not be scanned, %,d cancelled"
                .formatted(ended(), accepted, completed, deadLettered, cancelled);
    }
}
