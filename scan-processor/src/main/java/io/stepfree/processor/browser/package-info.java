/**
 * Starts one Chrome through ChromeDriver, speaks the DevTools protocol with it, and leaves no
 * process and no folder.
 */
@NullMarked
package io.stepfree.processor.browser;

import org.jspecify.annotations.NullMarked;
