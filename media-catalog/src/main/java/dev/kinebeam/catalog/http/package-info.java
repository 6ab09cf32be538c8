/** What every client that speaks HTTP needs: bodies of a limited length. */
package dev.kinebeam.catalog.http;
