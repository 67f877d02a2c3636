/**
 * Published architectures, each built from the layers of the packages below.
 *
 * <p>A network has an architecture, a value that says every size and is checked before anything is
 * allocated; a saved network carries it, so that loading needs no more than the file. An objective
 * says what a network is trained for; {@link org.capsnet.model.ImageClassifier} joins a network
 * with the names of its classes and is what an application holds.
 */
package org.capsnet.model;
