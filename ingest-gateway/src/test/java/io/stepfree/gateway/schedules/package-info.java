@NullMarked
package io.stepfree.gateway.schedules;

import org.jspecify.annotations.NullMarked;
