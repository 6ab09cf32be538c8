/** The pages in a real browser, over a real Core API and a small clinic. */
@NullMarked
package dev.kinebeam.trials.pages;

import org.jspecify.annotations.NullMarked;
