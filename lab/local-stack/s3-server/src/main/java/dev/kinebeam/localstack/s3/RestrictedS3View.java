package dev.kinebeam.localstack.s3;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/**
 * A store as an account sees it whose policy allows {@code s3:GetObject} and, where it may, {@code
 * s3:ListBucket} on one bucket, and nothing else: whatever is not named here is answered with 403
 * AccessDenied, what a later version of the server adds too.
 */
final class RestrictedS3View {
  private static final int FORBIDDEN = 403;

  /** What the server asks of a store for its own sake. */
  private static final Set<String> OF_NO_BUCKET =
      Set.of(
          "close",
          "hashCode",
          "equals",
          "toString",
          "getMinimumMultipartPartSize",
          "supportsVersioning",
          "supportsBucketEncryption",
          "supportsServerSideEncryption",
          "supportsCopyMultipartPart");

  private static final Set<String> GET =
      Set.of("getBlob", "blobMetadata", "blobMetadataIfPresent", "blobExists");
  private static final Set<String> LIST = Set.of("list", "listV1", "headBucket", "containerExists");

  private RestrictedS3View() {}

  static BlobStore of(BlobStore store, String bucket, boolean mayList) {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              if (!allows(method, arguments, bucket, mayList)) {
                throw S3Exceptions.fromStatusCode(FORBIDDEN);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static boolean allows(Method method, Object[] arguments, String bucket, boolean mayList) {
    if (OF_NO_BUCKET.contains(method.getName())) {
      return true;
    }
    boolean named = GET.contains(method.getName()) || (mayList && LIST.contains(method.getName()));
    return named
        && arguments != null
        && arguments.length > 0
        && bucket.equals(bucketOf(arguments[0]));
  }

  /** Null for a request that names none, such as that for all buckets. */
  private static String bucketOf(Object argument) {
    if (argument instanceof String name) {
      return name;
    } else if (argument instanceof GetObjectRequest get) {
      return get.bucket();
    } else if (argument instanceof HeadObjectRequest head) {
      return head.bucket();
    } else if (argument instanceof HeadBucketRequest head) {
      return head.bucket();
    } else if (argument instanceof ListObjectsRequest list) {
      return list.bucket();
    } else if (argument instanceof ListObjectsV2Request list) {
      return list.bucket();
    }
    return null;
  }
}
