/**
 * Networks as ONNX models, so that what was trained here runs elsewhere: {@link
 * org.capsnet.model.onnx.OnnxModel}.
 *
 * <p><b>A model is traced.</b> Two ways were weighed. An export method in every module, routing and
 * network would write each of their lines a second time, in another language, and a user's own
 * would have none. A trace follows what a prediction does: an operation is a name and its settings,
 * so there is one counterpart to write for each operation and none for a network. Plain twins are
 * traced, whose operations are few; a routing comes out unrolled. The price is that what a network
 * computes beside operations does not show. So it is traced <b>twice</b>, of different random
 * images and of different numbers of them, and the two are held against each other: axes that
 * differ are those of the batch, and their sizes are open in the model; a constant that differs by
 * more than that was computed from images, and is an error that names the operation and the layer.
 * The images are dark, bright and between; a branch that all of them take alike stays unseen. A
 * mask that is handed on as an array is followed, see {@link org.capsnet.autograd.Tracing}.
 *
 * <p><b>The batch is open, the size of images is not.</b> Every network here is built for a size,
 * checks it, and has parameters, grids and places that follow from it; one for another size is
 * built with the same weights where that can be, and exported.
 *
 * <p><b>Weights stand in the file once</b>, under the names that they have in a saved one. Little
 * is computed in advance: sizes, and what a layer makes of its parameters without operations, as
 * the roots of the variances of batch normalization; whoever loads the model folds what is
 * constant. The same operation of the same inputs is written once, so that couplings cost nothing
 * beside the capsules that they made.
 */
package org.capsnet.model.onnx;
