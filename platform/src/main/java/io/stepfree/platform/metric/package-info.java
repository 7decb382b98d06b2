/**
 * The catalogue of the meters of ours: what each measures, and which equations hold between them.
 */
@NullMarked
package io.stepfree.platform.metric;

import org.jspecify.annotations.NullMarked;
