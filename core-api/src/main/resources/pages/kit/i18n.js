// Text, numbers and times in the person's language and the clinic's time zone.

export const LANGUAGES = { en: 'English', ro: 'Română' };
const KEPT = 'kinebeam.language';

let language = initialLanguage();
let words = {};
let plurals = new Intl.PluralRules(language);
const loaded = new Map();
const pages = new Set(['kit']);

/** The clinic's zone: `zone.set(name)`, `zone.today()`, `zone.start(day)`, `zone.day(instant)`, `zone.add(day, n)`. */
export const zone = createZone();

function initialLanguage() {
  const kept = localStorage.getItem(KEPT);
  if (kept in LANGUAGES) return kept;
  return navigator.languages.map(tag => tag.slice(0, 2)).find(tag => tag in LANGUAGES) ?? 'en';
}

export const currentLanguage = () => language;

/** Loads the dictionaries of pages (files `i18n/LANG/NAME.js`) beside the kit's own. */
export async function loadWords(...names) {
  names.forEach(name => pages.add(name));
  await use(language);
}

/** Changes the language of this tab and of later visits; the kit's page() draws again. */
export async function setLanguage(wanted) {
  if (!(wanted in LANGUAGES)) return;
  localStorage.setItem(KEPT, wanted);
  await use(wanted);
}

async function use(wanted) {
  const missing = [...pages].filter(name => !loaded.has(`${wanted}/${name}`));
  // The kit's comes together with the first of the page's.
  const files = missing[0] === 'kit' && missing.length > 1 ? [`kit+${missing[1]}`, ...missing.slice(2)] : missing;
  const modules = await Promise.all(files.map(name => import(`/i18n/${wanted}/${name}.js`)));
  missing.forEach(name => loaded.set(`${wanted}/${name}`, modules[files.findIndex(file => file.split('+').includes(name))].default));
  language = wanted;
  plurals = new Intl.PluralRules(wanted);
  words = Object.assign({}, ...[...pages].map(name => loaded.get(`${wanted}/${name}`)));
  formats.clear();
  document.documentElement.lang = wanted;
}

/** The text of a key with its {placeholders} replaced. An unknown key is a mistake in the page. */
export function t(key, values = {}) {
  const text = words[key];
  if (typeof text !== 'string') throw new Error(`the dictionary has no text ${key}`);
  return fill(text, values);
}

/** Whether the dictionary has a text or plural: for words that come from the server, such as rules. */
export const hasText = key => key in words;

/** A text as searches compare it: "tar" is in Țăranu. */
export const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The plural form of a key for a number; {n} is the number as people write it. */
export function plural(key, n, values = {}) {
  const forms = words[key];
  if (typeof forms !== 'object') throw new Error(`the dictionary has no plural ${key}`);
  return fill(forms[plurals.select(n)] ?? forms.other, { n: fmt.number(n), ...values });
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** A text whose placeholders are templates: an array that lit-html renders, such as a link inside a sentence. */
export const parts = (key, values) =>
  words[key].split(/\{(\w+)\}/).map((part, i) => (i % 2 ? values[part] : part));

const formats = new Map();

function format(kind, options) {
  const key = kind + JSON.stringify(options) + zone.name;
  let found = formats.get(key);
  if (!found) {
    found = kind === 'n'
      ? new Intl.NumberFormat(tag(), options)
      : new Intl.DateTimeFormat(tag(), { timeZone: zone.name, ...options });
    formats.set(key, found);
  }
  return found;
}

const tag = () => (language === 'en' ? 'en-GB' : 'ro-RO');
const NONE = '–';
const known = (value, show) => (value === null || value === undefined || Number.isNaN(value) ? NONE : show(value));
const digits = n => ({ minimumFractionDigits: n, maximumFractionDigits: n });
const unit = (value, name, n) => `${fmt.number(value, n)}\u00a0${name}`;
/** A moment that cannot be read, such as one of a cut-off address, is shown like one that is not known. */
const dated = (value, show) => known(value, v => known(new Date(v).getTime(), show));
const moment = (value, options) => dated(value, at => format('d', options).format(at));
/** A calendar day such as 2026-11-30 has no zone: it is shown as it is. */
const calendar = (day, options) =>
  dated(day && `${day}T12:00:00Z`, at => format('d', { ...options, timeZone: 'UTC' }).format(at));

/** Every formatter answers – for null, undefined and what is not a number or moment. */
export const fmt = {
  number: (value, n = 0) => known(value, v => format('n', digits(n)).format(v)),
  compact: value => known(value, v => format('n', { notation: 'compact', maximumFractionDigits: 1 }).format(v)),
  /** A share of 1, such as 0.034. */
  percent: (share, n = 1) => known(share, v => format('n', { style: 'percent', ...digits(n) }).format(v)),
  /** A change with its sign: +3, −2. */
  signed: (value, n = 0) => known(value, v => format('n', { signDisplay: 'exceptZero', ...digits(n) }).format(v)),
  /** Percentage points from a difference of two shares. */
  points: (share, n = 1) => known(share, v => `${fmt.signed(v * 100, n)}\u00a0${t('kit.points')}`),
  seconds: (value, n = 1) => known(value, v => unit(v, 's', n)),
  /** Milliseconds below one second, seconds from there on. */
  ms: value => known(value, v => (Math.abs(v) < 1000 ? unit(Math.round(v), 'ms', 0) : unit(v / 1000, 's', Math.abs(v) < 10_000 ? 2 : 1))),
  /** A position in a video: 4:05, or 1:04:05. */
  clock: seconds => known(seconds, clock),
  /** A length in words: 45 s, 12 min, 1 h 20 min. */
  duration: seconds => known(seconds, duration),
  bitrate: bitsPerSecond => known(bitsPerSecond, v => (v < 1e6 ? unit(v / 1e3, 'kb/s', 0) : unit(v / 1e6, 'Mb/s', 1))),
  bytes: value => known(value, v => (v < 1e6 ? unit(v / 1e3, 'kB', 0) : v < 1e9 ? unit(v / 1e6, 'MB', 1) : unit(v / 1e9, 'GB', 1))),
  /** 30 Nov 2026 */
  date: value => moment(value, { day: 'numeric', month: 'short', year: 'numeric' }),
  /** 14:05 */
  time: value => moment(value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  /** 14:05:09 */
  timeExact: value => moment(value, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  /** Mon, 30 Nov, 14:05 */
  dayTime: value => moment(value, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  /** Of a calendar day such as 2026-11-30: Mon, 30 Nov */
  day: day => calendar(day, { weekday: 'short', day: 'numeric', month: 'short' }),
  /** Of a calendar day, for axes: 30 Nov */
  dayShort: day => calendar(day, { day: 'numeric', month: 'short' }),
  /** Of a calendar day: Monday, 30 November */
  dayLong: day => calendar(day, { weekday: 'long', day: 'numeric', month: 'long' }),
  /** 5 min ago, in 2 h */
  ago: (value, now = Date.now()) => dated(value, at => ago((at - now) / 1000)),
  /** From one moment to another, the end exclusive: 23 – 29 Nov 2026 */
  range: (from, to) => dated(from, begin => dated(to, end =>
    format('d', { day: 'numeric', month: 'short', year: 'numeric' }).formatRange(begin, Math.max(begin, end - 1)))),
  list: items => new Intl.ListFormat(tag(), { type: 'conjunction' }).format(items),
};

function clock(seconds) {
  const whole = Math.floor(Math.max(0, seconds));
  const two = n => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return unit(whole, 's', 0);
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(minutes, 'min', 0);
  const rest = minutes % 60;
  return unit(Math.floor(minutes / 60), 'h', 0) + (rest ? ` ${unit(rest, 'min', 0)}` : '');
}

function ago(seconds) {
  const relative = new Intl.RelativeTimeFormat(tag(), { numeric: 'auto', style: 'short' });
  const size = Math.abs(seconds);
  if (size < 45) return relative.format(0, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/** A zone whose name is set once the clinic is known; until then the browser's own. */
function createZone() {
  let parts;
  const zone = {
    name: Intl.DateTimeFormat().resolvedOptions().timeZone,
    set(name) {
      zone.name = name;
      parts = undefined;
    },
    /** The calendar day of a moment, such as 2026-11-30. */
    day: moment => wall(moment).slice(0, 10),
    today: () => zone.day(Date.now()),
    /** The first moment of a calendar day, as an RFC 3339 time in UTC; /v1 routes take it as from and to. */
    start: day => new Date(startOf(day)).toISOString().replace('.000Z', 'Z'),
    /** How many hours a day has. */
    hours: day => (startOf(zone.add(day, 1)) - startOf(day)) / 3_600_000,
    /** n days later. */
    add(day, n) {
      const noon = new Date(`${day}T12:00:00Z`);
      noon.setUTCDate(noon.getUTCDate() + n);
      return noon.toISOString().slice(0, 10);
    },
    /** The ISO week of a day, such as 2026-W49, as /v1/clinic/video-health takes it. */
    week(day) {
      const thursday = new Date(`${zone.add(zone.monday(day), 3)}T12:00:00Z`);
      const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
      const number = Math.floor((thursday - first) / 604_800_000) + 1;
      return `${thursday.getUTCFullYear()}-W${String(number).padStart(2, '0')}`;
    },
    /** The Monday on or before a day. */
    monday: day => zone.add(day, -((new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7)),
  };

  /** Local date and time of a moment: 2026-11-30T14:05:09. */
  function wall(moment) {
    parts ??= new Intl.DateTimeFormat('en-CA', {
      timeZone: zone.name, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    const of = Object.fromEntries(parts.formatToParts(new Date(moment)).map(part => [part.type, part.value]));
    return `${of.year}-${of.month}-${of.day}T${of.hour}:${of.minute}:${of.second}`;
  }

  /** Midnight, or the first moment after it where the clocks skip midnight. */
  function startOf(day) {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    const offset = moment => Date.parse(`${wall(moment)}Z`) - moment;
    let guess = midnight - offset(midnight);
    guess = midnight - offset(guess);
    while (zone.day(guess) < day) guess += 900_000;
    while (zone.day(guess - 1) === day) guess -= 900_000;
    return guess;
  }

  return zone;
}

// The words that <html data-words="…"> names are fetched before the other modules are there.
const early = document.documentElement.dataset.words;
if (early !== undefined) loadWords(...early.split(' ').filter(Boolean)).catch(() => {});
