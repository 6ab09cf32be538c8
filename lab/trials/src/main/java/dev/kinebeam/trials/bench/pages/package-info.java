/** How heavy, how soon of use and how steady the pages are. */
package dev.kinebeam.trials.bench.pages;
