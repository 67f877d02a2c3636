/**
 * Training: the loop, and what makes a long one bearable.
 *
 * <p>A {@link org.capsnet.train.Trainer} trains whatever is {@link org.capsnet.train.Trainable}: a
 * module that can state its {@link org.capsnet.train.Loss} on a batch at a {@link
 * org.capsnet.train.Step}. It knows no concrete model. Data come from ND4J's iterators, and
 * updaters, schedules, regularization and evaluation are ND4J's own.
 *
 * <p><b>Numbers go by name.</b> A loss is a list of named terms; what is reported, logged, written
 * and drawn follows from the names. A {@link org.capsnet.train.Metric} is a name, a direction and,
 * of a metric of one's own, the function that computes it on validation data; early stopping and
 * the best checkpoint go by any.
 *
 * <p><b>Who owns memory.</b> A step computes inside a {@link org.capsnet.autograd.Scope}, which
 * takes back all that the forward and the backward pass made; what an updater makes on the way goes
 * into a scope of its own. What lives longer has one owner: parameters and their gradients the
 * module, the updaters' state, the moving average and the copy of the best weights the training,
 * which frees them at its end. A batch belongs to the iterator that made it. The trainer hands it
 * back to a {@link org.capsnet.data.SeekableIterator}, which may fill it again, and leaves any
 * other alone, since its iterator may give the same arrays again. Closing arrays would not do: ND4J
 * 1.0.0-M2.1 frees a closed array only when the garbage collector finds it. A batch is not touched
 * once its step is done.
 *
 * <p><b>What a checkpoint holds</b>, and why it is one file: everything that the next step depends
 * on. Parameters and buffers, what the updaters remember of each parameter, its moving average, the
 * place in the data, the counters that schedules and bias corrections read, the state of ND4J's
 * random generator for the training thread, the epochs so far (which early stopping decides by),
 * the sums of the epoch that is unfinished, and the best weights where they are to be restored. In
 * separate files a kill could leave some of one step and some of another. The file is written
 * aside, forced to disk and renamed, so that there is always one whole checkpoint; a checksum in it
 * tells a whole file from one that the disk damaged. It is in the safetensors format: the
 * parameters can be read by other tools under {@code model.*}. Randomness that a model keeps
 * anywhere but in its buffers or in ND4J's generator is not saved.
 *
 * <p><b>What a checkpoint stands on</b> is kept in it by name: what the iterators say of their
 * samples (classes, count, a digest, seed, what is done to them by chance), what the caller adds by
 * {@link org.capsnet.train.Trainer#provenance}, and the metadata of the model's own file, so that
 * any checkpoint loads as the model. A training that says otherwise of any of it is another one,
 * and is refused with each difference.
 *
 * <p>Nothing is taken up from a checkpoint whose model, groups of parameters, updaters, moving
 * average or division into batches differ either, and no checkpoint is written of parameters that
 * are not finite: a training that diverges ends with a {@link org.capsnet.train.DivergedException}
 * and the last good checkpoint in place. A folder of checkpoints is locked while a training writes
 * there.
 */
package org.capsnet.train;
