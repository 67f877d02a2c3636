/**
 * Photographs of objects: CIFAR-10's of animals and vehicles, and sets that show each object from
 * many sides, for the question what a network makes of a view that it has not seen.
 *
 * <p>{@link org.capsnet.data.objects.Cifar10}, {@link org.capsnet.data.objects.SmallNorb} and
 * {@link org.capsnet.data.objects.Coil20} read the sets, and the latter two split them by
 * viewpoint. {@link org.capsnet.data.objects.ViewedImages} are images with the view of each. {@link
 * org.capsnet.data.objects.MatFile} reads arrays from MATLAB files of one's own.
 */
package org.capsnet.data.objects;
