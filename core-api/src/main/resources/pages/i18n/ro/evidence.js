export default {
  'evidence.bound': 'Cel puțin (95 %)',
  'evidence.cdn_issue': '{value} dintre sesiuni au așteptat primul octet mai mult de {ttfb}; alerta apare peste {limit}.',
  'evidence.content_quality': '{value} dintre sesiuni au avut o eroare; alerta apare peste {limit}.',
  'evidence.few.cdn_issue': { one: '{affected} din {n} sesiune a așteptat primul octet mai mult de {ttfb}; alerta apare peste {limit}.', few: '{affected} din {n} sesiuni au așteptat primul octet mai mult de {ttfb}; alerta apare peste {limit}.', other: '{affected} din {n} de sesiuni au așteptat primul octet mai mult de {ttfb}; alerta apare peste {limit}.' },
  'evidence.few.content_quality': { one: '{affected} din {n} sesiune a avut o eroare; alerta apare peste {limit}.', few: '{affected} din {n} sesiuni au avut o eroare; alerta apare peste {limit}.', other: '{affected} din {n} de sesiuni au avut o eroare; alerta apare peste {limit}.' },
  'evidence.few.network_degradation': { one: '{affected} din {n} sesiune s-a întrerupt; alerta apare de la {times} ori valoarea obișnuită.', few: '{affected} din {n} sesiuni s-au întrerupt; alerta apare de la {times} ori valoarea obișnuită.', other: '{affected} din {n} de sesiuni s-au întrerupt; alerta apare de la {times} ori valoarea obișnuită.' },
  'evidence.limit': 'Prag',
  'evidence.network_degradation': 'Întreruperile au ocupat {value} din timpul de redare, de obicei {usual}; alerta apare de la {times} ori valoarea obișnuită.',
  'evidence.sessions': 'Sesiuni afectate',
  'evidence.usual': 'Obișnuit',
  'evidence.value': 'Măsurat',
};
