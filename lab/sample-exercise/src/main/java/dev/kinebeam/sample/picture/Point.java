package dev.kinebeam.sample.picture;

/** A place in the plane of the picture. */
record Point(double x, double y) {}
