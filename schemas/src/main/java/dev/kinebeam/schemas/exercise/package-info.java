/** What exercises say about themselves, beside how their videos are made. */
package dev.kinebeam.schemas.exercise;
