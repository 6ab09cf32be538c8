/** What becomes of many personal videos while their host, their worker and their people fail. */
package dev.kinebeam.trials.personal;
