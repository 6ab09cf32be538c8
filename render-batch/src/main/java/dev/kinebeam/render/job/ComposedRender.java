package dev.kinebeam.render.job;

import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Segment;
import java.util.List;

/**
 * A finished file on its way to the host.
 *
 * @param file path on the worker that composed it, where the next steps run too
 * @param title of the video at the host
 */
record ComposedRender(
    ComposeOrder order,
    String file,
    String title,
    long frames,
    double durationSeconds,
    Picks picks,
    List<Segment> segments,
    double normaliseSeconds,
    double composeSeconds) {}
