package dev.kinebeam.render.job;

import dev.kinebeam.render.orders.CatalogueOrders;

/** The bundles of exercises, to be listed and not fetched, until closed. */
public interface BundleListings extends CatalogueOrders.Bundles, AutoCloseable {
  @Override
  void close();
}
