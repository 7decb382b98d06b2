/** Orders, shows, stops and resumes replays of many dead letters. */
@NullMarked
package io.stepfree.gateway.replays;

import org.jspecify.annotations.NullMarked;
