/**
 * What the examples have on the command line in common: options, their ranges, the names of
 * networks and routings.
 */
package org.capsnet.examples.options;
