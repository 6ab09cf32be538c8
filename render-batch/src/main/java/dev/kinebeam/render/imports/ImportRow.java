package dev.kinebeam.render.imports;

import java.util.Optional;

/**
 * One video to be imported.
 *
 * @param number of the row in its file, from 1, without the header
 * @param displayName of the exercise, should it have to be made
 * @param mediaId what players send for the exercise, should it have to be made
 */
record ImportRow(
    int number,
    String exercise,
    String language,
    String displayName,
    Optional<String> mediaId,
    VideoSource source) {}
