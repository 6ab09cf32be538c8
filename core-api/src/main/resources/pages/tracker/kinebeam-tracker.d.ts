/** Who tracks what, and where the events are sent. */
export interface TrackOptions {
  /** The gateway's address of events: `https://gateway.example/v1/media/events`. */
  endpoint: string;
  /**
   * The patient's token, or a function that fetches one: it is called before the first batch, every five minutes while
   * there is something to send, and after a 401.
   */
  token: string | (() => string | Promise<string>);
  /** What is played, as the portal or the workout names it. */
  mediaId: string;
  /** The render that is played, if it is one. */
  renderId?: string | null;
  /** `video` if it is left out. */
  mediaType?: string;
  /** Whether the patient agrees to `analytics`. With anything but true, or a function that returns it, nothing is sent. */
  consent: boolean | (() => boolean);
  /** The player that plays into the element, if hls.js does. */
  hls?: HlsPlayer | null;
  /** The player that plays into the element, if Shaka Player does. */
  shaka?: ShakaPlayer | null;
  /**
   * When the viewer asked for the video, by `performance.now()`. If it is left out: the click or key press in whose
   * handler `track` is called, else the first `play`.
   */
  clickedAt?: number;
  /** The version of the page's own program, kept with each session. */
  appVersion?: string;
  /** true shows on the console what the tracker does; a function gets it. */
  debug?: boolean | ((...what: unknown[]) => void);
}

/** What the tracker uses of an instance of hls.js. */
export interface HlsPlayer {
  on(event: any, listener: any): void;
  off(event: any, listener: any): void;
}

/** What the tracker uses of an instance of Shaka Player. */
export interface ShakaPlayer {
  addEventListener(type: string, listener: any): void;
  removeEventListener(type: string, listener: any): void;
}

export interface Handle {
  /** The session of the present viewing; null before the viewer asks for the video. */
  readonly sessionId: string | null;
  /** Ends the viewing, sends what is left and releases the element. */
  end(): void;
}

/**
 * Tracks what the element plays, until `end()` or the next call for the same element. Never throws, and never lets an
 * error of its own, of `token` or of `debug` into the page.
 */
export function track(video: HTMLVideoElement, options: TrackOptions): Handle;
