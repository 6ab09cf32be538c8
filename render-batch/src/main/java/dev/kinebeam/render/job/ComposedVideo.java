package dev.kinebeam.render.job;

import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.composer.plan.RenderPlan;

/**
 * A render that is ready to be published.
 *
 * @param bytes of what is sent to the host
 */
record ComposedVideo(
    VideoHost.Content content,
    RenderPlan plan,
    long bytes,
    double normaliseSeconds,
    double composeSeconds) {}
