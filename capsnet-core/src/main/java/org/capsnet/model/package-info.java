/**
 * What all networks share; below it a package for each application, and a file for each network.
 *
 * <p><b>A network is declared once</b>, as a record that is an {@link
 * org.capsnet.model.Architecture}: its sizes, checked one by one. The {@link
 * org.capsnet.model.Network} is built from it by an {@link org.capsnet.nn.Init}, which gives random
 * numbers or shapes alone. From the two follows all else: {@link org.capsnet.model.Network#save}
 * writes the record beside the weights, {@link org.capsnet.model.Network#load} builds the network
 * of the record, in shapes, holds it against the tensors of the file and gives them to it, and a
 * {@link org.capsnet.model.Summary} walks the tree of modules, each of which states what it costs.
 * No network writes a form, a loader, a count or a table of its own. Where a file is of a network
 * with another record, {@link org.capsnet.model.Network#loadMatching} takes over the weights that
 * match, for fine-tuning.
 *
 * <p><b>What a network can do</b> it says by the interfaces that it implements, each an {@link
 * org.capsnet.model.Ability}: it classifies, detects, segments, reconstructs. Applications,
 * objectives and pictures ask for these and for no class, so that a network of a user's own takes
 * the place of the library's everywhere.
 *
 * <p>An {@link org.capsnet.model.ImageModel} joins a network for images with the names of what it
 * finds: {@link org.capsnet.model.classification.ImageClassifier}, {@link
 * org.capsnet.model.detection.ObjectDetector}, {@link org.capsnet.model.medical.MedicalModel}. All
 * of them leave for other tools by {@link org.capsnet.model.onnx.OnnxModel}; weights come from
 * there and go there by {@link org.capsnet.model.weights.Weights}.
 */
package org.capsnet.model;
