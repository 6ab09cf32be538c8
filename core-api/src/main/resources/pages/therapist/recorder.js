// The way from a patient to the recorder.
import { html } from '/kit/core.js';
import { hasText, t } from '/kit/i18n.js';
import { icon } from '/kit/ui.js';

/** The clinic has switched personal videos on, and this person records them. */
export const mayRecord = me => me.role === 'specialist' && me.features.includes('therapistPersonalizedExerciseVideo');

/** Why a video failed, from the dictionary `record`; what has no words there is said as the server does. */
export const failureOf = (code, text) => (hasText(`record.failure.${code}`) ? t(`record.failure.${code}`) : html`<bdi>${text ?? ''}</bdi>`);

export const recorder = (patient, size = '') => html`<a class="button ${size}" href="/therapist/record?patient=${patient.patient_id}"
  aria-label=${t('therapist.recordFor', { name: patient.display_name })}>${icon('camera')}${t('therapist.record')}</a>`;
