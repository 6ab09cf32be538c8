// Sends a recording: an address from the server, the film straight to the object store, then the word that it is there. Each step is
// written down before the next one begins, so that a reload continues and never sends twice.
import { Problem, get, post, redraw } from '/kit/core.js';
import { change, known, sent } from './keeping.js';

export const VIDEOS = '/v2/personalized-exercise-videos';

/** Signed addresses last an hour; one that is nearly over is not begun with. */
const ADDRESS_MS = 55 * 60_000;
/** A store that neither takes nor answers for so long does not any more. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
/** A connection comes back soon, a server that is broken rather not. */
const LONGEST_WAIT_FOR_SERVER_MS = 300_000;
/** After so many refusals in a row a new address is of no use either. */
const MOST_REFUSALS = 4;

/** The server has the film, or had it. */
const TAKEN = ['PROCESSING_QUEUED', 'COMPLETED', 'INACTIVE'];

/** What the store answered to the film; status 0 is a lost connection. */
class StoreProblem extends Error {
  constructor(status) {
    super(`the object store answered ${status}`);
    this.status = status;
  }
}

/**
 * What the server knows of a recording: 'unsent'; 'sent', though the answer was lost; 'failed', sent but never made ready; 'unknown' where it
 * cannot be asked. Nothing was sent before its film was stored.
 */
export async function fateOf({ video, stored }) {
  if (!video || !stored) return 'unsent';
  try {
    const { status, failureCode } = await get(`${VIDEOS}/${video}`);
    if (TAKEN.includes(status)) return 'sent';
    return status === 'FAILED' && failureCode !== 'upload_abandoned' ? 'failed' : 'unsent';
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return 'unknown';
  }
}

/**
 * Sends a recording until it is there. It has `phase`: 'elsewhere' (another tab sends it), 'preparing', 'sending', 'confirming',
 * 'waiting' (until `retryAt`) and 'failed', both with `problem`, 'cancelled', or 'sent' with `video`, its id; `share` of the film that was sent,
 * `bytes`, `eta` in seconds; `retry()` ends a wait, `cancel()` gives up for now; `done` is a promise of the id, or of undefined.
 *
 * @param recording as in keeping.js; what becomes of it is written into it; `film` its Blob
 */
export function upload(recording, film) {
  const ended = new AbortController();
  const one = { phase: 'preparing', share: 0, bytes: film.size, eta: undefined, retryAt: undefined, problem: undefined, video: undefined,
    retry: () => {}, cancel: () => ended.abort(), done: undefined };
  const now = recording;

  const become = (phase, more = {}) => {
    Object.assign(one, { phase, retryAt: undefined, problem: undefined, ...more });
    redraw();
  };

  /** Writes down what happened; what could not be kept is known to this page alone. */
  async function note(changes) {
    Object.assign(now, changes);
    await change(now.key, changes).catch(() => {});
  }

  async function exclusively() {
    const name = `kinebeam.recording.${recording.key}`;
    const free = await navigator.locks.request(name, { ifAvailable: true }, lock => (lock ? run().then(() => true) : false));
    if (free) return;
    become('elsewhere');
    await navigator.locks.request(name, { signal: ended.signal }, run);
  }

  async function run() {
    // Another tab may have continued meanwhile.
    Object.assign(now, await known(recording.key).catch(() => undefined));
    while (!now.sent) {
      try {
        await addressed();
        if (!now.stored) await stored();
        become('confirming');
        await post(`${VIDEOS}/${now.video}/upload-complete`, {}, { signal: ended.signal });
        await arrived();
      } catch (problem) {
        await recover(problem);
      }
    }
    become('sent', { video: now.video });
  }

  async function arrived() {
    now.sent = true;
    await sent(now.key, now.video).catch(() => {});
  }

  /** A video at the server, and an address that takes the film. */
  async function addressed() {
    if (now.stored || (now.url && Date.now() - now.urlAt < ADDRESS_MS)) return;
    become('preparing');
    const asked = Date.now();
    const answer = now.video
      ? await post(`${VIDEOS}/${now.video}/upload-url`, { contentType: now.type }, { signal: ended.signal })
      : await post(`${VIDEOS}/upload-url`, { patientId: now.patient, exerciseId: now.exercise, contentType: now.type },
        { signal: ended.signal, idempotencyKey: now.request });
    await note({ video: answer.id ?? now.video, url: answer.uploadUrl, urlAt: asked });
  }

  async function stored() {
    become('sending', { share: 0, eta: undefined });
    await put(now.url);
    await note({ stored: true });
    failures = refusals = 0;
  }

  /** fetch() does not say how much of a body was sent. */
  function put(url) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const begun = performance.now();
      let silence;
      const listen = () => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), SILENCE_MS);
      };
      const cancel = () => request.abort();
      ended.signal.addEventListener('abort', cancel, { once: true });
      request.upload.onprogress = ({ loaded, total }) => {
        listen();
        const seconds = (performance.now() - begun) / 1000;
        Object.assign(one, { share: loaded / total, eta: seconds > 2 && loaded ? (total - loaded) / (loaded / seconds) : undefined });
        redraw();
      };
      request.onloadend = () => {
        clearTimeout(silence);
        ended.signal.removeEventListener('abort', cancel);
        if (ended.signal.aborted) reject(ended.signal.reason);
        else if (request.status >= 200 && request.status < 300) resolve();
        else reject(new StoreProblem(request.status));
      };
      request.open('PUT', url);
      request.setRequestHeader('Content-Type', now.type);
      listen();
      request.send(film);
    });
  }

  let failures = 0;
  let refusals = 0;
  /** Unlike refusals it counts over all attempts: a film that the server never finds is not stored again for ever. */
  let disagreements = 0;

  /** What a failure means for the next attempt; throws what no attempt will change. */
  async function recover(problem) {
    if (ended.signal.aborted) throw problem;
    if (problem instanceof StoreProblem) {
      // Refused: the address is too old, or a proxy cut it. Without an answer several times: the same, with the reason hidden by the browser.
      if (problem.status >= 400 && problem.status < 500) {
        if (++refusals >= MOST_REFUSALS) throw problem;
        await note({ url: undefined });
        if (refusals === 1) return;
      }
      if (failures % 3 === 2) await note({ url: undefined });
      await pause(problem);
    } else if (problem instanceof Problem && problem.isTemporary) {
      await pause(problem);
    } else if (problem instanceof Problem && [404, 409].includes(problem.status) && now.video && ++disagreements < MOST_REFUSALS) {
      await compare(problem).catch(other => (other instanceof Problem && other.isTemporary ? pause(other) : Promise.reject(other)));
    } else if (problem.status === 409 && !now.video && problem.errors?.some(error => error.code === 'not_allowed') && ++disagreements < MOST_REFUSALS) {
      // The answer that named the video was lost, and it takes no upload any more.
      await note({ request: crypto.randomUUID() });
    } else {
      // What was stored cannot be taken: whoever tries again sends the film again.
      if (problem.status === 422) await note({ stored: undefined, url: undefined });
      throw problem;
    }
  }

  /** The server disagrees on where the upload stands: its word counts. */
  async function compare(problem) {
    const { status, failureCode } = await get(`${VIDEOS}/${now.video}`, { signal: ended.signal });
    // A failed video takes no other upload. The server does not have the film any more: what is here is the only one.
    const isLost = status === 'FAILED' && (failureCode === 'upload_abandoned' || problem.errors.some(error => error.code === 'not_uploaded'));
    if (TAKEN.includes(status)) await arrived();
    else if (isLost) await note({ video: undefined, url: undefined, stored: undefined, request: crypto.randomUUID() });
    else if (status !== 'FAILED' && now.stored) await note({ stored: undefined, url: undefined });
    else if (status !== 'FAILED' && problem.status === 409) await note({ url: undefined });
    else throw problem;
  }

  function pause(problem) {
    const longest = problem.status === 0 ? LONGEST_WAIT_MS : LONGEST_WAIT_FOR_SERVER_MS;
    const millis = Math.max((problem.retryAfter ?? 0) * 1000, Math.min(longest, FIRST_WAIT_MS * 2 ** failures++) * (0.8 + Math.random() * 0.4));
    become('waiting', { problem, retryAt: Date.now() + millis });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(end, millis);
      function end() {
        clearTimeout(timer);
        removeEventListener('online', end);
        one.retry = () => {};
        if (ended.signal.aborted) reject(ended.signal.reason);
        else resolve();
      }
      one.retry = end;
      addEventListener('online', end);
      ended.signal.addEventListener('abort', end, { once: true });
    });
  }

  one.done = exclusively().then(() => one.video, problem => {
    if (ended.signal.aborted) become('cancelled');
    else become('failed', { problem });
    if (!('status' in problem) && !ended.signal.aborted) console.error(problem);
    return undefined;
  });
  return one;
}
