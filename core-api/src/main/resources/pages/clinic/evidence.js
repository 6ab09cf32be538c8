// What made a rule raise an alert, as a drawing and in words; for the inbox and the preview of thresholds.
import { html, nothing } from '/kit/core.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { FEWEST } from '/kit/ui.js';

/** The figure that the rule compares: a share of sessions, or for the network the rebuffer ratio. */
export const valueOf = (rule, evidence) => (rule === 'network_degradation' ? evidence.rebuffer_ratio : evidence.share);

/** What it is compared with, in the same unit. */
export const limitOf = (rule, evidence) => (rule === 'network_degradation'
  ? (usualOf(evidence) === undefined ? undefined : evidence.threshold * usualOf(evidence)) : evidence.threshold);

const digits = rule => (rule === 'network_degradation' ? 1 : 0);

/** Thresholds may apply from one session on; of so few, their number is said and no share. */
const isFew = evidence => evidence.n !== undefined && evidence.n < FEWEST;

/** The usual value, where it was taken from enough sessions; old evidence does not say from how many. */
const usualOf = evidence => ((evidence.baseline_sessions ?? FEWEST) < FEWEST ? undefined : evidence.baseline);

/** One sentence. */
export function sentence(rule, evidence) {
  const values = {
    limit: fmt.percent(limitOf(rule, evidence), digits(rule)),
    times: fmt.number(evidence.threshold, 1),
    ttfb: fmt.ms(evidence.ttfb_limit_ms),
  };
  if (isFew(evidence)) return plural(`kit.evidence.few.${rule}`, evidence.n, { ...values, affected: fmt.number(evidence.affected ?? 0) });
  return t(`kit.evidence.${rule}`, {
    ...values,
    value: fmt.percent(valueOf(rule, evidence), digits(rule)),
    usual: fmt.percent(usualOf(evidence), 1),
  });
}

/** The value with its lower bound on one scale with the threshold and the usual value, and the same as a list; few sessions: their number. */
export function evidenceBar(rule, evidence) {
  const value = valueOf(rule, evidence);
  if (value === undefined || value === null) return nothing;
  const affected = html`<div><dt>${t('kit.evidence.sessions')}</dt><dd>${fmt.number(evidence.affected ?? 0)} / ${fmt.number(evidence.n ?? 0)}</dd></div>`;
  if (isFew(evidence)) return html`<div class="evidence"><dl class="evidence-list">${affected}</dl></div>`;
  const limit = limitOf(rule, evidence);
  const usual = usualOf(evidence);
  const bound = rule === 'network_degradation' ? undefined : evidence.lower_bound;
  const most = Math.min(1, Math.max(value, limit ?? 0, usual ?? 0) * 1.25) || 1;
  const at = share => `${Math.max(0, Math.min(100, (share / most) * 100))}%`;
  const rows = [
    ['value', t('kit.evidence.value'), value], ['bound', t('kit.evidence.bound'), bound],
    ['limit', t('kit.evidence.limit'), limit], ['usual', t('kit.evidence.usual'), usual],
  ].filter(([, , share]) => share !== undefined && share !== null);
  return html`<div class="evidence">
    <div class="evidence-bar" aria-hidden="true">
      <i class="evidence-value" .style=${`width:${at(value)}`}></i>
      ${bound === undefined ? nothing : html`<i class="evidence-bound" .style=${`left:${at(bound)};width:${((value - bound) / most) * 100}%`}></i>`}
      ${limit === undefined ? nothing : html`<i class="evidence-limit" .style=${`left:${at(limit)}`}></i>`}
      ${usual === undefined ? nothing : html`<i class="evidence-usual" .style=${`left:${at(usual)}`}></i>`}
    </div>
    <dl class="evidence-list">${rows.map(([kind, label, share]) => html`<div><dt><i class="key ${kind}" aria-hidden="true"></i>${label}</dt>
      <dd>${fmt.percent(share, 1)}</dd></div>`)}
      ${affected}</dl>
  </div>`;
}
