// Why a patient is among those with trouble, in words with the figure; docs/figures.md defines each reason.
import { html, nothing } from '/kit/core.js';
import { fmt, plural, t } from '/kit/i18n.js';
import { FEWEST, icon } from '/kit/ui.js';

/** In the order in which the list sorts them, with the sessions that a reason is about. */
export const REASONS = {
  failed_start: { icon: 'error', kind: 'bad', set: 'start_failed' },
  fatal_error: { icon: 'error', kind: 'bad', set: 'failed' },
  stalling: { icon: 'clock', kind: 'warn', set: 'stalled' },
  inactive: { icon: 'pause', kind: 'warn' },
  stopped_early: { icon: 'warning', kind: 'warn', set: 'stopped_early' },
  slow_connection: { icon: 'offline', kind: 'info' },
};

/** A reason as a sentence. A share is written only of five or more. */
export function sentence(reason) {
  const of = fmt.number(reason.n);
  switch (reason.code) {
    case 'inactive':
      return `${plural('therapist.inactive', reason.days)} ${plural('therapist.open', reason.count, { of })}`;
    case 'stalling':
      return plural('therapist.stalling', reason.count, { of })
        + (reason.n >= FEWEST ? ` ${t('therapist.stallShare', { share: fmt.percent(reason.share) })}` : '');
    case 'slow_connection':
      return t('therapist.slow_connection', { mbps: fmt.number(reason.mbps, 1), of: plural('kit.sessions', reason.n) });
    default:
      return plural(`therapist.${reason.code}`, reason.count, { of });
  }
}

/** The reasons of a patient as a list; with `href(reason)` each leads to what it is about. */
export const reasons = (patient, href = () => undefined) => (patient.reasons.length ? html`<ul class="reasons">${patient.reasons.map(reason => {
  const { icon: picture, kind } = REASONS[reason.code];
  const target = href(reason);
  return html`<li class=${kind}>${icon(picture)}${target ? html`<a href=${target}>${sentence(reason)}</a>` : html`<span>${sentence(reason)}</span>`}</li>`;
})}</ul>` : html`<p class="fine">${icon('check')}<span>${t('therapist.fine')}</span></p>`);

/** Done of assigned workouts: figures always, a bar beside them. */
export const adherence = ({ assigned, completed, started }) => (assigned ? html`<div class="adherence">
  <span class="adherence-bar" aria-hidden="true"><i class="done" .style=${`width:${(completed / assigned) * 100}%`}></i><i class="begun" .style=${`width:${((started - completed) / assigned) * 100}%`}></i></span>
  <span>${plural('therapist.done', completed, { of: fmt.number(assigned) })}${started > completed ? html` <span class="quiet">${plural('therapist.begun', started - completed)}</span>` : nothing}</span>
</div>` : html`<span class="quiet">${t('therapist.nothingAssigned')}</span>`);
