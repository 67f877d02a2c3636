/** Digits and other images of one class, or of two: where they come from, and pairs drawn again. */
package org.capsnet.examples.digits;
