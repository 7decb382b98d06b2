/** Erases a client's dead letters, and the traces of them in what operators ordered. */
@NullMarked
package io.stepfree.deadletters.erasure;

import org.jspecify.annotations.NullMarked;
