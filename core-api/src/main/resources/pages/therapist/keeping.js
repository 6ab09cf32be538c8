// Recordings that the server does not have yet, kept in this browser until it has said so: IndexedDB survives a reload, a closed
// tab and a phone that was switched off. What is known of a recording and its film are two stores, so that a change does not write the film again.
const NAME = 'kinebeam-recordings';
/** What was never sent is deleted after this, whoever opens the page. */
const KEPT_MS = 7 * 86_400_000;
/** What was sent is remembered without its film, so that another tab learns of it. */
const REMEMBERED_MS = 86_400_000;

/** In other tabs something has changed. */
const tabs = new BroadcastChannel(NAME);
export const onChangeElsewhere = listener => { tabs.onmessage = listener; };

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('recordings', { keyPath: 'key' });
      request.result.createObjectStore('films');
    };
    request.onsuccess = () => {
      // Deleted by the person, or closed by the browser: whoever needs it next opens it again.
      request.result.onversionchange = () => {
        request.result.close();
        opened = undefined;
      };
      request.result.onclose = () => { opened = undefined; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => { opened = undefined; });
  return opened;
}

/** Answers when the transaction is written, or throws why it was not. */
async function transaction(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const one = db.transaction(['recordings', 'films'], mode);
    let answer;
    one.oncomplete = () => resolve(answer);
    one.onerror = one.onabort = () => reject(one.error ?? new DOMException('the transaction was ended', 'AbortError'));
    work(one.objectStore('recordings'), one.objectStore('films'), value => { answer = value; });
  });
}

const reading = (request, use) => { request.onsuccess = () => use(request.result); };

/** Keeps a new recording. Throws a DOMException whose name is QuotaExceededError where there is no space. */
export async function keep(recording, film) {
  // Without this a browser may delete it when space is short.
  navigator.storage?.persist?.().catch(() => {});
  await transaction('readwrite', (recordings, films) => {
    recordings.put(recording);
    films.put(film, recording.key);
  });
  tabs.postMessage(recording.key);
}

/** Of this person, the newest first; those that are too old are deleted. */
export async function kept(person, now = Date.now()) {
  const all = await transaction('readwrite', (recordings, films, answer) => reading(recordings.getAll(), found => {
    const isOld = one => now - one.at > (one.sent ? REMEMBERED_MS : KEPT_MS);
    found.filter(isOld).forEach(one => { recordings.delete(one.key); films.delete(one.key); });
    answer(found.filter(one => !isOld(one)));
  }));
  return all.filter(one => one.person === person).sort((a, b) => b.at - a.at);
}

/** What is known of a recording now, or undefined. */
export const known = key => transaction('readonly', (recordings, films, answer) => reading(recordings.get(key), answer));

export const filmOf = key => transaction('readonly', (recordings, films, answer) => reading(films.get(key), answer));

/** Changes what is known of a recording, if it is still there. */
export const change = (key, changes) => transaction('readwrite', (recordings, films, answer) => reading(recordings.get(key), found => {
  if (!found) return;
  recordings.put({ ...found, ...changes });
  answer({ ...found, ...changes });
}));

/** The server has it: the film is deleted. */
export async function sent(key, video) {
  await transaction('readwrite', (recordings, films) => {
    films.delete(key);
    reading(recordings.get(key), found => { if (found) recordings.put({ ...found, sent: true, video }); });
  });
  tabs.postMessage(key);
}

export async function forget(key) {
  await transaction('readwrite', (recordings, films) => {
    recordings.delete(key);
    films.delete(key);
  });
  tabs.postMessage(key);
}
