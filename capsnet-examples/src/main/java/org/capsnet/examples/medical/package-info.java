/** Medical images: where they come from, and figures, charts and pictures of what was seen. */
package org.capsnet.examples.medical;
