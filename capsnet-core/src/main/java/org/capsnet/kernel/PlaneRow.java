package org.capsnet.kernel;

/**
 * Where a row of a panel is in the planes that belong to one point of the rows.
 *
 * @param at where it begins in those of the columns' finite points
 * @param atInfinity where it begins in those of infinity
 * @param width its numbers
 */
record PlaneRow(int at, int atInfinity, int width) {}
