/**
 * Routings and networks side by side: who takes part, each training, and what a report says of all.
 */
package org.capsnet.examples.comparison;
