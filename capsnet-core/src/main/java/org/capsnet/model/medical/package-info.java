/**
 * Networks for medical images, which say what an image shows, or where, or both, and what an
 * application asks them by.
 *
 * <p>A {@link org.capsnet.model.medical.MedicalNetwork} examines images; a {@link
 * org.capsnet.model.medical.MedicalModel} asks it by pictures and names, explains its diagnoses and
 * judges it by the figures that medicine asks for.
 */
package org.capsnet.model.medical;
