/** What a patient may ask for: erasure from every table, recording and archive object; a copy. */
package dev.kinebeam.worker.rights;
