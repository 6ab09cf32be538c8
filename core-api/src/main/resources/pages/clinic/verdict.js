// What is worst, and what explains most of it: pure decisions over the figures of /v1/clinic/video-health.

/** Fewer sessions than these make no verdict. */
const FEWEST = 5;

/**
 * The figures that can be bad: `read(figures)` answers {value, n}; `parts(figures)` {bad, all}, which can be added up and
 * taken away, so that one value of a breakdown can be compared with all the others. Bounds: from `warn` on
 * a clinic should know, from `bad` on patients suffer.
 */
export const TROUBLES = [
  { name: 'rebuffering', warn: 0.01, bad: 0.03, read: f => ({ value: f.rebuffering.ratio, n: f.rebuffering.n }),
    parts: f => ({ bad: f.rebuffering.stall_ms, all: f.rebuffering.stall_ms + f.rebuffering.watched_ms, n: f.rebuffering.n }) },
  { name: 'start_up', warn: 2_500, bad: 5_000, read: f => ({ value: f.start_up_ms.p75, n: f.start_up_ms.n }),
    parts: f => ({ bad: (f.start_up_ms.avg ?? 0) * f.start_up_ms.n, all: f.start_up_ms.n, n: f.start_up_ms.n }) },
  share('start_failures', 0.02, 0.05),
  share('playback_failures', 0.03, 0.08),
  share('exits_before_start', 0.05, 0.15),
  share('exits_after_stall', 0.15, 0.4),
  share('impacted', 0.1, 0.25),
];

function share(name, warn, bad) {
  return { name, warn, bad, read: f => ({ value: f[name]?.rate, n: f[name]?.n ?? 0 }), parts: f => ({ bad: f[name].count, all: f[name].n, n: f[name].n }) };
}

/** {kind: 'none' | 'few' | 'good' | 'warn' | 'bad', trouble, value}: the figure that is furthest beyond its bound. */
export function judge(figures) {
  if (!figures.sessions) return { kind: 'none' };
  if (figures.sessions < FEWEST) return { kind: 'few' };
  const found = TROUBLES.map(trouble => ({ trouble, ...trouble.read(figures) }))
    .filter(one => one.n >= FEWEST && one.value !== null && one.value !== undefined && one.value >= one.trouble.warn)
    .sort((a, b) => severity(b) - severity(a));
  if (!found.length) return { kind: 'good' };
  const [worst] = found;
  return { kind: worst.value >= worst.trouble.bad ? 'bad' : 'warn', trouble: worst.trouble, value: worst.value };
}

/** Bad figures before the others; within each, the one that is furthest beyond its bound. */
const severity = one => (one.value >= one.trouble.bad ? 1_000 + one.value / one.trouble.bad : one.value / one.trouble.warn);

/**
 * The value of a breakdown that explains most of a trouble: [{by, group}] with its rate, the others' rate and its share
 * of what is beyond them; undefined where no value stands out. `breakdowns`: [{by, groups}].
 */
export function explain(trouble, figures, breakdowns) {
  const whole = trouble.parts(figures);
  return breakdowns.flatMap(({ by, groups }) => groups.map(group => ({ by, group, ...compare(trouble.parts(group), whole) })))
    .filter(one => one.n >= FEWEST && one.others > 0 && one.rate >= 1.5 * one.otherRate && one.share >= 0.3)
    .sort((a, b) => b.share - a.share)[0];
}

/** A part against the rest of the whole: what share of all that is bad would not be there if it were like the rest. */
function compare(part, whole) {
  const others = whole.all - part.all;
  const otherRate = others > 0 ? (whole.bad - part.bad) / others : 0;
  const rate = part.all > 0 ? part.bad / part.all : 0;
  return { n: part.n, rate, others, otherRate, share: whole.bad > 0 ? (part.bad - otherRate * part.all) / whole.bad : 0 };
}
