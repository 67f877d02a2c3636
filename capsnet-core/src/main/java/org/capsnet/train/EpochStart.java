package org.capsnet.train;

/**
 * An epoch that begins, or goes on after an interruption.
 *
 * @param epoch its number, from 1
 * @param epochs how many there are to be
 * @param batchesDone how many of its batches an earlier, interrupted run has done; mostly 0
 * @param batches how many batches it has; -1 while unknown
 * @param batchSize the samples in a full batch; -1 if the iterator does not say
 * @param iterations how many steps are done, over all epochs
 */
public record EpochStart(
    int epoch, int epochs, int batchesDone, int batches, int batchSize, int iterations) {}
