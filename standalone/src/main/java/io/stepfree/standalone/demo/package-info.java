/** The bundled site with known failures, for a first look and for tests. */
@NullMarked
package io.stepfree.standalone.demo;

import org.jspecify.annotations.NullMarked;
