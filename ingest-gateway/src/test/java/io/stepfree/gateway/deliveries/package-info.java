@NullMarked
package io.stepfree.gateway.deliveries;

import org.jspecify.annotations.NullMarked;
