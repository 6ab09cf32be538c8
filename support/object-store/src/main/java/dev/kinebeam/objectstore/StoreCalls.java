package dev.kinebeam.objectstore;

import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Calls to one bucket, whose failures come out as an {@link ObjectStoreException}. */
final class StoreCalls {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int SERVER_TROUBLE = 500;

  private static final Set<String> WRONG_KEYS =
      Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed");

  private final String bucket;

  StoreCalls(String bucket) {
    this.bucket = bucket;
  }

  /** What an account must be allowed for a call, as IAM policies name it. */
  enum Right {
    CREATE_BUCKET("s3:CreateBucket"),
    LIST("s3:ListBucket"),
    GET("s3:GetObject"),
    PUT("s3:PutObject"),
    DELETE("s3:DeleteObject");

    private final String action;

    Right(String action) {
      this.action = action;
    }
  }

  <T> T attempt(Right needed, String key, Supplier<T> call) throws ObjectStoreException {
    String object = "s3://" + bucket + "/" + key;
    try {
      return call.get();
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        throw new ObjectStoreException.Missing("there is no " + object, e);
      }
      String message =
          "the object store answered %d %s for %s".formatted(e.statusCode(), code(e), object);
      if (e.statusCode() == TOO_MANY || e.statusCode() >= SERVER_TROUBLE) {
        throw new ObjectStoreException.Unavailable(message, e);
      }
      if (e.statusCode() == FORBIDDEN) {
        message += missing(needed, code(e));
      }
      throw new ObjectStoreException.Refused(message, e);
    } catch (SdkClientException e) {
      throw new ObjectStoreException.Unavailable(
          "no whole answer from the object store for " + object + ": " + e.getMessage(), e);
    } catch (SdkException e) {
      throw new ObjectStoreException.Refused(
          "the object store's client failed for " + object + ": " + e.getMessage(), e);
    }
  }

  /** A wrong key is reported as such; what is left is a right that the key's owner lacks. */
  private String missing(Right needed, String code) {
    if (WRONG_KEYS.contains(code)) {
      return "; check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and the clock";
    }
    String resource = bucket + (needed == Right.LIST ? "" : "/*");
    return "; these credentials lack the right %s on arn:aws:s3:::%s"
        .formatted(needed.action, resource);
  }

  /** An answer to HEAD has no body that could have a code. */
  private static String code(S3Exception e) {
    String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    return code != null ? code : e.statusCode() == FORBIDDEN ? "AccessDenied" : "without a reason";
  }
}
