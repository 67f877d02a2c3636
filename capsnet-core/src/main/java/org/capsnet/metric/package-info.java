/**
 * What ND4J's evaluation package lacks: figures of detections, of masks and of how far a
 * probability can be believed. Accuracy and confusion are ND4J's {@code Evaluation}; what it says
 * of each class, and its {@code ROC}, are replaced here, since it has 0 for what is unknown, and
 * areas under curves that depend on the order of equal scores.
 *
 * <p>An evaluation collects with {@code add}, batch by batch, and gives its figures at any time:
 * {@link org.capsnet.metric.DetectionEvaluation} mean average precision, as PASCAL VOC and as COCO
 * have it; {@link org.capsnet.metric.SegmentationEvaluation} Dice, intersection over union,
 * sensitivity, specificity and Hausdorff distance; {@link org.capsnet.metric.CalibrationEvaluation}
 * the reliability curve and expected calibration error; {@link org.capsnet.metric.RocEvaluation}
 * the receiver operating characteristic and the area under it. Figures are records. One that
 * nothing can be said of, such as the precision of a class that never occurs, is NaN, and no mean
 * takes it in.
 */
package org.capsnet.metric;
