/**
 * What ND4J's evaluation package lacks: metrics of detections, of masks and of the calibration of
 * probabilities. For accuracy and confusion use ND4J's {@code Evaluation}. Its figures for single
 * classes and its {@code ROC} are replaced here, since they give 0 where a figure is undefined, and
 * areas under curves that depend on the order of equal scores.
 *
 * <p>An evaluation collects with {@code add}, batch by batch, and gives its figures at any time:
 * {@link org.capsnet.metric.DetectionEvaluation} mean average precision, as PASCAL VOC and as COCO
 * define it; {@link org.capsnet.metric.SegmentationEvaluation} Dice, intersection over union,
 * sensitivity, specificity and Hausdorff distance; {@link org.capsnet.metric.CalibrationEvaluation}
 * the reliability curve and expected calibration error; {@link org.capsnet.metric.RocEvaluation}
 * the receiver operating characteristic and the area under it; {@link
 * org.capsnet.metric.LabelSetEvaluation} whether all classes of an image are found, as the two
 * digits of MultiMNIST. Figures are records; {@link org.capsnet.metric.SeveralRuns} gives the mean
 * and deviation of one over seeds. An undefined one, such as the precision of a class that never
 * occurs, is NaN, and means leave it out.
 */
package org.capsnet.metric;
