@NullMarked
package io.stepfree.gateway.cache;

import org.jspecify.annotations.NullMarked;
