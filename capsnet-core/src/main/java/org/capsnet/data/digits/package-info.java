/**
 * Digits of any set of grey images such as MNIST, or of one's own, made as MNIST's are, or made
 * harder: two over each other, or turned, slanted and stretched.
 *
 * <p>{@link org.capsnet.data.digits.DigitPairs} makes the pairs of MultiMNIST, {@link
 * org.capsnet.data.digits.PairLabels} gives the layout of their labels. {@link
 * org.capsnet.data.digits.AffineDigits} changes digits as affNIST does. Digits that are only moved
 * are {@link org.capsnet.data.LabeledImages#onCanvas} with {@link org.capsnet.data.RandomShift}.
 * {@link org.capsnet.data.digits.DigitFrame} puts a digit from elsewhere where MNIST's stand. Pairs
 * are not stored: a number and a seed give the same one at any time.
 */
package org.capsnet.data.digits;
