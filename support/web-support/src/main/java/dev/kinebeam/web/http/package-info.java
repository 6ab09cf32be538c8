/**
 * HTTP on Spark and Jetty: routes with roles, limits of bodies and connections, problem documents,
 * and answers that hold no thread. No other package uses Spark or Jetty.
 */
package dev.kinebeam.web.http;
