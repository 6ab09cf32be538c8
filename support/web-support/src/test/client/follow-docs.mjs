// Runs the reader of docs/integrating.md as it stands there, from the first change on, and prints each change.
import { readFile } from 'node:fs/promises';

const [address, token, wanted] = process.argv.slice(2);
const text = await readFile('integrating.md', 'utf8');
const snippet = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(match => match[1]).find(code => code.includes('function follow('));
const follow = new Function(`${snippet}; return follow;`)();

let seen = 0;
await follow(address, token, change => {
  console.log(`${change.change_id} ${change.change} ${change.automation_id}`);
  if (++seen === Number(wanted)) process.exit(0);
}, '0');
