package dev.kinebeam.videohost;

import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;

/**
 * A handler that needs the bucket: while that is unavailable, callers are asked to come again; of a
 * record that cannot be read they learn why.
 */
record WithBucket(Route.Handler handler) implements Route.Handler {
  private static final int RETRY_AFTER_SECONDS = 1;

  @Override
  public Reply handle(Call call, Principal caller) throws Exception {
    try {
      return handler.handle(call, caller);
    } catch (VideoRecords.Unreadable e) {
      throw Problem.of(409, e.getMessage() + "; delete the video and publish it again");
    } catch (ObjectStoreException.Unavailable e) {
      throw Problem.unavailable("The bucket is unavailable at the moment.", RETRY_AFTER_SECONDS);
    }
  }
}
