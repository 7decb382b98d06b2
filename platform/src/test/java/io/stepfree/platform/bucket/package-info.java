@NullMarked
package io.stepfree.platform.bucket;

import org.jspecify.annotations.NullMarked;
