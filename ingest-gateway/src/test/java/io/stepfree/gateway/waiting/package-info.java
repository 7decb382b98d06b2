@NullMarked
package io.stepfree.gateway.waiting;

import org.jspecify.annotations.NullMarked;
