/**
 * The capsule explorer: a page in the browser on which one draws, and sees what the capsules of a
 * trained classifier make of it.
 *
 * <p>{@link org.capsnet.examples.explorer.Explorer} is the server, on 127.0.0.1 alone. It hands out
 * the files of the page, which are resources of this package, and answers the page's questions:
 * {@code Question} is one as it was read, {@code Exploration} asks the network, {@code Guard} lets
 * nobody in but the page itself. Between two questions the server keeps nothing.
 */
package org.capsnet.examples.explorer;
