/**
 * What the stand-ins of video hosts share, so that each has code of its own only for its service's
 * protocol: HLS by copying packets, still pictures, folders of videos, files for players, and
 * calls.
 */
@NullMarked
package dev.kinebeam.localstack.standin;

import org.jspecify.annotations.NullMarked;
