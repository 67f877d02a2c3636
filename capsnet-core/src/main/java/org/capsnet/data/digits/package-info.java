/**
 * Digits made harder: two over each other, or turned, slanted and stretched, of any set of grey
 * images such as MNIST.
 *
 * <p>{@link org.capsnet.data.digits.DigitPairs} makes the pairs of MultiMNIST, {@link
 * org.capsnet.data.digits.PairLabels} gives the layout of their labels. Nothing is stored: a number
 * and a seed give the same image at any time.
 */
package org.capsnet.data.digits;
