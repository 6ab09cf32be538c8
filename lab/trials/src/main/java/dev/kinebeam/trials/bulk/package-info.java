/** Many small sample exercises and videos, and the drills of bulk renders and imports. */
package dev.kinebeam.trials.bulk;
