/**
 * Published architectures, each built from the layers of the packages below.
 *
 * <p>A network has an architecture, a value that says every size and is checked before anything is
 * allocated; a saved network carries it, so that loading needs no more than the file. An objective
 * says what a network is trained for; {@link org.capsnet.model.ImageClassifier} joins a network
 * with the names of its classes and is what an application holds: {@link
 * org.capsnet.model.TrainingOptions} say how it is trained, {@link
 * org.capsnet.model.CapsNet#builderFor} which size it has, and {@link
 * org.capsnet.model.ImageClassifier#close} frees its memory.
 *
 * <p>For detection there are two networks with a {@link org.capsnet.model.Backbone} and a {@link
 * org.capsnet.model.BoxHead} in common: {@link org.capsnet.model.CapsuleDetector} finds one object
 * a class, {@link org.capsnet.model.GridCapsuleDetector} one a class and cell. Both are a {@link
 * org.capsnet.model.Detector}: {@link org.capsnet.model.DetectionObjective} trains it, and {@link
 * org.capsnet.model.ObjectDetector} is what an application holds.
 *
 * <p>For medical images there are two networks: {@link org.capsnet.model.MedicalCapsNet}, which
 * diagnoses and segments from the same primary capsules, and {@link org.capsnet.model.SegCaps},
 * capsules from the first layer to the masks. Both are {@link org.capsnet.model.MedicalNetwork}s,
 * which {@link org.capsnet.model.MedicalModel} joins with names, judges and saves; an {@link
 * org.capsnet.model.Explanation} says what in an image spoke for a diagnosis.
 */
package org.capsnet.model;
