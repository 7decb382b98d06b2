package io.stepfree.alerts.sample;

import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;

/**
 * One scan that ended with a result.
 *
 * @param host the host of the page
 * @param suspect whether it may not be the page that was asked for
 */
public record ResultSample(String host, boolean suspect) implements Sample {

    public static Sample of(String host, ScanResult result) {
        return new ResultSample(host, result.getPage().getValidity() == Validity.SUSPECT);
    }
}
