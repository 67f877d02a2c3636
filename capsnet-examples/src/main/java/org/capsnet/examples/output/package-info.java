/**
 * What the examples leave behind: pictures, charts, tables and figures. It knows no application.
 */
package org.capsnet.examples.output;
