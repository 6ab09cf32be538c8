package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.schemas.render.ComposeOrder;

/** Where orders come from, which decides what becomes of those that wait and of those that fail. */
enum OrderSource {
  /** A file or the catalogue, given by a person who waits for a report: each is tried once. */
  GIVEN {
    @Override
    Render begin(ExerciseRenders renders, ComposeOrder order) {
      return renders.begin(order);
    }

    @Override
    Render failed(ExerciseRenders renders, ComposeOrder order, RenderFailure failure) {
      return renders.failed(order, failure);
    }
  },

  /** The outbox: orders may be cancelled while they wait, and are entered again after a failure. */
  OUTBOX {
    @Override
    Render begin(ExerciseRenders renders, ComposeOrder order) {
      return renders.beginQueued(order);
    }

    @Override
    Render failed(ExerciseRenders renders, ComposeOrder order, RenderFailure failure) {
      return renders.failedOrRetried(order, failure);
    }
  };

  /** Begins an order; returns the render as it stands. */
  abstract Render begin(ExerciseRenders renders, ComposeOrder order);

  /** Records a failure; returns the render as it stands: queued when the order is tried again. */
  abstract Render failed(ExerciseRenders renders, ComposeOrder order, RenderFailure failure);
}
