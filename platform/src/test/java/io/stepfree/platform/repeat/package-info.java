@NullMarked
package io.stepfree.platform.repeat;

import org.jspecify.annotations.NullMarked;
