/**
 * Networks that tell classes apart, and what an application asks them by.
 *
 * <p>{@link org.capsnet.model.classification.ClassificationObjective} trains any {@link
 * org.capsnet.model.Classifier}, and an {@link org.capsnet.model.classification.ImageClassifier}
 * trains, judges and asks it by pictures and names. {@link
 * org.capsnet.model.classification.PairObjective} trains one to find two digits in one image. A
 * network is one file, with its record of sizes in it; {@link
 * org.capsnet.model.classification.CapsNet} is the one to read first. Most are an encoder, class
 * capsules and perhaps a decoder, a {@link org.capsnet.model.classification.CapsuleClassifier}, and
 * have only the encoder to write.
 */
package org.capsnet.model.classification;
