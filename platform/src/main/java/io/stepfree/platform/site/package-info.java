/** Says which pages belong to a site, and which of them are wanted. */
@NullMarked
package io.stepfree.platform.site;

import org.jspecify.annotations.NullMarked;
