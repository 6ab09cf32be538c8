/** The routes by which the catalogue of exercises is curated and read by staff. */
package dev.kinebeam.coreapi.catalogue;
