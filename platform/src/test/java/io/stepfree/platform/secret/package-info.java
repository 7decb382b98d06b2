/**
 * Keeps what a client entrusts to one scan (headers, cookies, credentials, typed texts) unreadable
 * on its way from the gateway to a worker.
 */
@NullMarked
package io.stepfree.platform.secret;

import org.jspecify.annotations.NullMarked;
