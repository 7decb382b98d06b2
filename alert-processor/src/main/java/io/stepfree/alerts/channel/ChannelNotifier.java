package io.stepfree.alerts.channel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.ops.Alert;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one receiver of each alert.
 *
 * <p>While the receiver is not well the same alert comes again for as long as it takes, and not
 * before the moment that it named, such as by {@code Retry-After}. After some failures in a row its
 * breaker opens, and nothing is sent to it for a while. All of that is logged once, and once more
 * when it answers again. What it refuses for good is logged once, counted as {@link
 * OwnMeter#ALERTS_UNDELIVERED} and left out, so that one bad alert does not hold back the next. An
 * alert may be told twice, since an answer can be lost.
 */
final class ChannelNotifier implements RecordHandler<Alert> {

    private static final Logger log = LoggerFactory.getLogger(ChannelNotifier.class);

    private final Receiver receiver;
    private final Breaker breaker;
    private final InstantSource clock;
    private final Counter undelivered;
    private Instant notBefore = Instant.MIN;
    private @Nullable Instant unwellSince;

    /** What the receiver answered last, if that was a refusal. */
    private volatile @Nullable String refused;

    ChannelNotifier(
            Receiver receiver, Breakers breakers, MeterRegistry meters, InstantSource clock) {
        this.receiver = receiver;
        this.breaker =
                breakers.guard(receiver.name(), ChannelUnavailableException.class::isInstance);
        this.clock = clock;
        this.undelivered = OwnMeter.ALERTS_UNDELIVERED.counter(meters, "receiver", receiver.name());
    }

    @Override
    public void handle(Alert alert, ConsumerRecord<byte[], byte[]> record) throws Exception {
        Optional<Receiver.Call> call = receiver.call(alert);
        if (call.isPresent()) {
            tell(alert, call.get());
        }
    }

    /** The last refusal, one sentence; empty when the last alert was taken. May be asked by any. */
    Optional<String> refusal() {
        return Optional.ofNullable(refused);
    }

    /** How many alerts the receiver has refused for good. */
    double undelivered() {
        return undelivered.count();
    }

    private void tell(Alert alert, Receiver.Call call) throws Exception {
        if (clock.instant().isBefore(notBefore)) {
            throw new ChannelUnavailableException(
                    "%s asked to wait until %s".formatted(receiver.name(), notBefore));
        }
        Optional<String> refusal = make(call);
        refused =
                refusal.map(answer ->
                                "%s %s at %s; see %s."
                                        .formatted(
                                                receiver.name(),
                                                answer,
                                                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                                                receiver.setting()))
                        .orElse(null);
        if (refusal.isEmpty()) {
            log.info("{} was told: alert {} {}", receiver.name(), alert.getKey(), alert.getState());
        } else {
            undelivered.increment();
            log.error(
                    "alert {} {} is left out: {} {}; see {}",
                    alert.getKey(),
                    alert.getState(),
                    receiver.name(),
                    refusal.get(),
                    receiver.setting());
        }
    }

    private Optional<String> make(Receiver.Call call) throws Exception {
        try {
            Optional<String> refusal = breaker.call(call::make);
            well();
            return refusal;
        } catch (BreakerOpenException e) {
            throw new ChannelUnavailableException(
                    "%s is left alone for %d s more"
                            .formatted(receiver.name(), e.retryAfter().toSeconds()));
        } catch (ChannelUnavailableException e) {
            notBefore = e.notBefore();
            unwell(e);
            throw e;
        }
    }

    private void unwell(ChannelUnavailableException e) {
        if (unwellSince == null) {
            unwellSince = clock.instant();
            log.warn(
                    "{}{}; alerts wait until it takes them again",
                    e.getMessage(),
                    notBefore.isAfter(unwellSince) ? " and asked to wait until " + notBefore : "");
        } else {
            log.debug("still: {}", e.getMessage());
        }
    }

    private void well() {
        if (unwellSince != null) {
            log.info(
                    "{} answers again, after {} s",
                    receiver.name(),
                    Duration.between(unwellSince, clock.instant()).toSeconds());
            unwellSince = null;
        }
    }
}
