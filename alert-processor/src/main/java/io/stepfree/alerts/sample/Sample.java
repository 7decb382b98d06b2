package io.stepfree.alerts.sample;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * All that the watch needs to know of one record. When it was written is the record's timestamp.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "of")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AttemptSample.class, name = "attempt"),
    @JsonSubTypes.Type(value = ResultSample.class, name = "result"),
    @JsonSubTypes.Type(value = DeathSample.class, name = "death"),
    @JsonSubTypes.Type(value = SignalSample.class, name = "signal"),
    @JsonSubTypes.Type(value = OrderSample.class, name = "order"),
    @JsonSubTypes.Type(value = ChangeSample.class, name = "change"),
    @JsonSubTypes.Type(value = EraseSample.class, name = "erase"),
})
public sealed interface Sample
        permits AttemptSample,
                ResultSample,
                DeathSample,
                SignalSample,
                OrderSample,
                ChangeSample,
                EraseSample {}
