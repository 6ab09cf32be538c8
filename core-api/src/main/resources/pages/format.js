export const NONE = '–';
const whole = new Intl.NumberFormat();

export const count = n => (n == null ? NONE : whole.format(n));
export const counted = (n, one, several = `${one}s`) => `${count(n)} ${n === 1 ? one : several}`;
export const percent = (part, digits = 0) => (part == null ? NONE : `${(part * 100).toFixed(digits)} %`);
export const seconds = (ms, digits = 2) => (ms == null ? NONE : `${(ms / 1000).toFixed(digits)} s`);
export const clock = s => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
export const timeOfDay = iso => new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const isNow = (text, id) => {
  const node = document.getElementById(id);
  if (node.textContent !== text) node.textContent = text;
};
