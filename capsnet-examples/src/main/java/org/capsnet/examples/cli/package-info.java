/**
 * The command line: {@link org.capsnet.examples.cli.Capsnet} and one class a command. They read
 * options and print; what they do is the library's, and what they share with the example mains is
 * in {@link org.capsnet.examples.options}.
 */
package org.capsnet.examples.cli;
