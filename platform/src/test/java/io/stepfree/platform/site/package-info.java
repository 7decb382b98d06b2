/** Tests of which pages belong to a site. */
@NullMarked
package io.stepfree.platform.site;

import org.jspecify.annotations.NullMarked;
