// Reads what the Core API answers with the types that were generated from its document.
import type { components } from './api.js';

type Schemas = components['schemas'];

/** The details of a moment have the fields of its kind. */
export function figure(moment: Schemas['Moment']): string | number | null | undefined {
  switch (moment.kind) {
    case 'start_up': return moment.details.ttfb_ms;
    case 'seek': return moment.details.to_seconds;
    case 'stall': case 'wait': return moment.details.duration_ms;
    case 'error': return moment.details.error_code;
    case 'end': return moment.details.status;
    default: return moment.position_seconds;
  }
}
