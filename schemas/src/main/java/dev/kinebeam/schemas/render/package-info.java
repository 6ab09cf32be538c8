/** Recipes, manifests, orders and results of renders, and the key that names a render. */
package dev.kinebeam.schemas.render;
