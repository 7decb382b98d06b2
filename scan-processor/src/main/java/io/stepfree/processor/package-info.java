/** The worker: takes a job from the share group, scans the page in Chrome, tells the outcome. */
@NullMarked
package io.stepfree.processor;

import org.jspecify.annotations.NullMarked;
