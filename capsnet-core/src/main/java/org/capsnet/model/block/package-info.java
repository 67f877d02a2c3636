/**
 * Parts that networks of several applications are made of: stems, features of all sizes, decoders,
 * boxes. A part that one network alone has stands in that network's file.
 */
package org.capsnet.model.block;
