export default {
  'evidence.bound': 'At least (95 %)',
  'evidence.cdn_issue': '{value} of the sessions waited longer than {ttfb} for the first byte; an alert is raised above {limit}.',
  'evidence.content_quality': '{value} of the sessions had an error; an alert is raised above {limit}.',
  'evidence.few.cdn_issue': { one: '{affected} of {n} session waited longer than {ttfb} for the first byte; an alert is raised above {limit}.', other: '{affected} of {n} sessions waited longer than {ttfb} for the first byte; an alert is raised above {limit}.' },
  'evidence.few.content_quality': { one: '{affected} of {n} session had an error; an alert is raised above {limit}.', other: '{affected} of {n} sessions had an error; an alert is raised above {limit}.' },
  'evidence.few.network_degradation': { one: '{affected} of {n} session stalled; an alert is raised from {times} times the usual.', other: '{affected} of {n} sessions stalled; an alert is raised from {times} times the usual.' },
  'evidence.limit': 'Threshold',
  'evidence.network_degradation': 'Stalls took {value} of the playing time, usually {usual}; an alert is raised from {times} times the usual.',
  'evidence.sessions': 'Affected sessions',
  'evidence.usual': 'Usual',
  'evidence.value': 'Measured',
};
