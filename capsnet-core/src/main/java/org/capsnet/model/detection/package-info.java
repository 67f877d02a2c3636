/**
 * Networks that find objects, and what an application asks them by.
 *
 * <p>A {@link org.capsnet.model.detection.Detector} has capsules for the classes on a grid of
 * cells, and a box read off each. {@link org.capsnet.model.detection.DetectionObjective} trains
 * any, and an {@link org.capsnet.model.detection.ObjectDetector} asks it by pictures and names, and
 * thins out what it finds.
 */
package org.capsnet.model.detection;
