/** Scenes with boxes: where they come from, and pictures and reports of what was found. */
package org.capsnet.examples.detection;
