/** Reports by the judgement of those who made the formats. */
@NullMarked
package io.stepfree.load.validity;

import org.jspecify.annotations.NullMarked;
