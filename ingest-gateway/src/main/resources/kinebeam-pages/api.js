// The demo hands a token over in the address's fragment, which browsers send to nobody. It is kept for
// this tab alone and taken out of the address bar.
const handed = new URLSearchParams(location.hash.slice(1));
for (const key of ['token', 'render', 'clinic']) {
  if (handed.has(key)) sessionStorage.setItem(key, handed.get(key));
}
if (handed.has('token')) history.replaceState(null, '', location.pathname);

export const given = key => sessionStorage.getItem(key);

/** The JSON of a GET, or an Error whose message a person can read. */
export async function get(path) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${given('token') ?? ''}` } });
  if (answer.ok) return answer.json();
  const problem = await answer.json().catch(() => ({}));
  const error = new Error(problem.detail ?? problem.title ?? `the gateway answered ${answer.status}`);
  error.status = answer.status;
  throw error;
}
