export default {
  'evidence.bound': 'At least (95 %)',
  'evidence.cdn_issue': '{value} of the sessions waited longer than {ttfb} for the first byte; an alert is raised above {limit}.',
  'evidence.content_quality': '{value} of the sessions had an error; an alert is raised above {limit}.',
  'evidence.limit': 'Threshold',
  'evidence.network_degradation': 'Stalls took {value} of the playing time, usually {usual}; an alert is raised from {times} times the usual.',
  'evidence.sessions': 'Affected sessions',
  'evidence.usual': 'Usual',
  'evidence.value': 'Measured',
};
