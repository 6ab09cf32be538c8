package dev.kinebeam.web.auth;

import java.util.Optional;

/** Recognises browsers by the cookie of their session, in place of a bearer token. */
public interface BrowserSessions {
  /** The cookie that holds the session's secret value. */
  String cookie();

  /** Where the browsers' pages come from. */
  OwnAddress address();

  /** What stands for this session where requests are counted; not the value itself. */
  Object id(String value);

  /** The caller whose session has this value; empty when there is none, or it is over. */
  Optional<Principal> caller(String value);
}
