/** Images with several objects in them, each with a class and a box. */
package org.capsnet.data.detection;
