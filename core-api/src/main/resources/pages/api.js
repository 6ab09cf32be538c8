// The token is in the address's fragment, which browsers do not send. It is kept for this tab alone and taken
// out of the address bar. An address that is pasted over this one changes the fragment and loads nothing.
const handed = new URLSearchParams(location.hash.slice(1));
for (const key of ['token', 'render', 'clinic']) {
  if (handed.has(key)) sessionStorage.setItem(key, handed.get(key));
}
if (handed.has('token')) history.replaceState(null, '', location.pathname);
addEventListener('hashchange', () => location.reload());

export const given = key => sessionStorage.getItem(key);

const settings = fetch('/settings.json').then(answer => answer.json());

const bearer = () => ({ Authorization: `Bearer ${given('token') ?? ''}` });

/** The JSON of a GET, or an Error whose message a person can read. */
export const get = path => ask(path, { headers: bearer() }).then(answer => answer.json());

/** The same of the ingest gateway, which is another program at an address of its own. */
export const fromGateway = async path => get((await settings).gateway + path);

/** The JSON of a POST without a body, or an Error. */
export const post = path => ask(path, { method: 'POST', headers: bearer() }).then(answer => answer.json());

/**
 * Server-sent events, by fetch, since EventSource sends no token. The answer's start() begins to read: `take` gets
 * each event's JSON, `ended` is called when the stream is over for whatever reason.
 */
export async function follow(path, take, ended) {
  const answer = await ask(path, { headers: bearer() });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => {
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block.split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5)).join('\n');
        if (data) take(JSON.parse(data));
      }
    }
  };
  return { start: () => { read().catch(() => {}).finally(ended); } };
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const error = new Error(problem.detail ?? problem.title ?? `the server answered ${answer.status}`);
  error.status = answer.status;
  error.reason = problem.errors?.[0]?.message;
  throw error;
}
