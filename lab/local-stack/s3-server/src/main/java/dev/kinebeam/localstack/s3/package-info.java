/** An S3 server as a process of its own, and the restricted view of a key that may only read. */
package dev.kinebeam.localstack.s3;
