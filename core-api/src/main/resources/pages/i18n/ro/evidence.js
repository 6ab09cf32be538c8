export default {
  'evidence.bound': 'Cel puțin (95 %)',
  'evidence.cdn_issue': '{value} dintre sesiuni au așteptat primul octet mai mult de {ttfb}; alerta apare peste {limit}.',
  'evidence.content_quality': '{value} dintre sesiuni au avut o eroare; alerta apare peste {limit}.',
  'evidence.limit': 'Prag',
  'evidence.network_degradation': 'Întreruperile au ocupat {value} din timpul de redare, de obicei {usual}; alerta apare de la {times} ori valoarea obișnuită.',
  'evidence.sessions': 'Sesiuni afectate',
  'evidence.usual': 'Obișnuit',
  'evidence.value': 'Măsurat',
};
