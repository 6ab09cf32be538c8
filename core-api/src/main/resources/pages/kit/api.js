// The Core API for pages: JSON over the session's cookie, problem documents as errors, server-sent events.

/** What went wrong, from a problem document (RFC 9457) or from the network. */
export class Problem extends Error {
  constructor({ status, title, detail, errors, requestId, retryAfter }) {
    super(detail ?? title);
    this.name = 'Problem';
    /** HTTP status; 0 where no answer came. */
    this.status = status;
    this.title = title;
    this.detail = detail;
    /** [{field, code, message}] of refused input. */
    this.errors = errors ?? [];
    this.requestId = requestId;
    /** Seconds that the server wants us to wait, or undefined. */
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without a change. */
  get isTemporary() {
    return [0, 408, 429, 500, 502, 503, 504].includes(this.status);
  }
}

let expired = address => {
  location.assign(`/sign-in?return=${encodeURIComponent(address)}`);
  return new Promise(() => {});
};

/** What happens on a 401: an async function of the address; it answers when the request may be repeated. */
export const onExpired = handle => { expired = handle; };

export const get = (path, { signal } = {}) => request(path, { signal }, 3);

/** `idempotencyKey` makes it safe to send again: then it is repeated as a GET is. `ifMatch` is the ETag of what is changed. */
export const post = (path, body, options) => write('POST', path, body, options);
export const put = (path, body, options) => write('PUT', path, body, options);
export const patch = (path, body, options) => write('PATCH', path, body, options);
export const del = (path, options) => write('DELETE', path, undefined, options);

function write(method, path, body, { signal, idempotencyKey, ifMatch } = {}) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
  if (ifMatch) headers['If-Match'] = ifMatch;
  const safe = Boolean(idempotencyKey) || method === 'PUT' || method === 'DELETE';
  return request(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) }, safe ? 3 : 1);
}

async function request(path, options, attempts) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(path, options);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 401) await expired(location.pathname + location.search);
      else if (attempt >= attempts || !repeats(problem) || (problem.retryAfter ?? 0) > 5) throw problem;
      else await wait((problem.retryAfter ?? 0.4 * 2 ** attempt) * 1000 * (0.8 + Math.random() * 0.4), options.signal);
    }
  }
}

const repeats = problem => [0, 503].includes(problem.status);

function wait(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

/** The JSON of an answer; undefined for one without a body. Its ETag is in `etagOf(answer)`. */
async function once(path, options) {
  const answer = await send(path, options);
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204 || answer.headers.get('Content-Length') === '0') return undefined;
  const body = await answer.json();
  const etag = answer.headers.get('ETag');
  if (etag && typeof body === 'object') etags.set(body, etag);
  return body;
}

const etags = new WeakMap();

/** The ETag that an answer came with. */
export const etagOf = answer => etags.get(answer);

async function send(path, options) {
  try {
    return await fetch(path, { credentials: 'same-origin', ...options, headers: { Accept: 'application/json', ...options.headers } });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem({ status: 0, title: 'no answer' });
  }
}

async function problemOf(answer) {
  const document = await answer.json().catch(() => ({}));
  return new Problem({
    status: answer.status,
    title: document.title ?? answer.statusText,
    detail: document.detail,
    errors: document.errors,
    requestId: answer.headers.get('X-Request-Id') ?? document.instance,
    retryAfter: seconds(answer.headers.get('Retry-After')),
  });
}

const seconds = text => (text === null || Number.isNaN(Number(text)) ? undefined : Number(text));

let person;

/** Who is signed in, asked once per page: the answer of GET /v1/me. */
export const me = () => (person ??= get('/v1/me'));

// A page behind a session names its words in <html data-words="…">: then this is asked before the other modules are there.
if (document.documentElement.dataset.words !== undefined && document.documentElement.dataset.session !== 'none') me().catch(() => {});

let settingsAnswer;

/** `{gateway: ORIGIN}`: where the pages find other programs. */
export const settings = () => (settingsAnswer ??= get('/settings.json'));

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
/** The server sends a comment every 10 s. */
const SILENCE = 35_000;
/** So long after the tab was hidden its connection is given back: over HTTP/1.1 a browser opens six to a server for all its tabs. */
const UNSEEN = 5_000;

/**
 * Follows server-sent events, and connects again after an interruption from the last event that came.
 * `onEvent({type, id, data})` gets each event with its data parsed as JSON, `onState('live' | 'lost')` each change of
 * the connection; `onState` is called with 'live' again after events may have been missed, so read what you show anew there.
 * While the tab is hidden nothing is followed; when it is seen again, it continues as after an interruption. Answers a function that ends it.
 */
export function follow(path, { onEvent, onState = () => {}, lastEventId } = {}) {
  const ended = new AbortController();
  let last = lastEventId;
  let failures = 0;
  let state;
  let hasRested = false;
  const now = next => { if (state !== next && !ended.signal.aborted) onState(state = next); };

  async function connect() {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    const rest = () => { hasRested = true; stop(); };
    let unseen;
    const look = () => {
      clearTimeout(unseen);
      if (document.hidden) unseen = setTimeout(rest, UNSEEN);
    };
    document.addEventListener('visibilitychange', look);
    ended.signal.addEventListener('abort', stop);
    // A cut connection may look alive for minutes.
    addEventListener('offline', stop);
    let silence = setTimeout(stop, SILENCE);
    try {
      const answer = await send(path, { signal: attempt.signal, headers: { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) } });
      if (!answer.ok) throw await problemOf(answer);
      failures = 0;
      if (hasRested) now('lost');
      hasRested = false;
      now('live');
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(stop, SILENCE);
        const blocks = (text + value).split('\n\n');
        text = blocks.pop();
        blocks.forEach(take);
      }
    } finally {
      clearTimeout(silence);
      clearTimeout(unseen);
      document.removeEventListener('visibilitychange', look);
      ended.signal.removeEventListener('abort', stop);
      removeEventListener('offline', stop);
    }
  }

  function take(block) {
    const event = { type: 'message', id: undefined, data: [] };
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon < 1) continue;
      const value = line.slice(colon + 1).replace(/^ /, '');
      if (line.startsWith('event')) event.type = value;
      else if (line.startsWith('id')) event.id = last = value;
      else if (line.startsWith('data')) event.data.push(value);
    }
    if (event.data.length && !ended.signal.aborted) onEvent({ ...event, data: JSON.parse(event.data.join('\n')) });
  }

  async function forever() {
    while (!ended.signal.aborted) {
      await seen();
      if (ended.signal.aborted) return undefined;
      try {
        await connect();
      } catch (problem) {
        // The connection was given back, which does not count as a failure.
        if (hasRested && problem.name === 'AbortError') continue;
        if (problem.status === 401) await expired(location.pathname + location.search);
        else if (problem.status === 403 || problem.status === 404) return now('lost');
        failures++;
      }
      if (ended.signal.aborted) return undefined;
      if (failures) now('lost');
      await pause(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.5 + Math.random() / 2));
    }
    return undefined;
  }

  /** Resolves when the tab is seen, or this has ended. */
  async function seen() {
    while (document.hidden && !ended.signal.aborted) await pause();
  }

  /** Ends early when the network comes back, and when the tab is hidden or seen; without a time only then. */
  const pause = millis => new Promise(resolve => {
    const timer = millis && setTimeout(done, millis);
    function done() {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', done);
      ended.signal.removeEventListener('abort', done);
      resolve();
    }
    addEventListener('online', done);
    document.addEventListener('visibilitychange', done);
    ended.signal.addEventListener('abort', done);
  });

  forever();
  return () => ended.abort();
}
