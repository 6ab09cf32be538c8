import { timeSeries } from '/kit/chart.js';
import { fmt, t } from '/kit/i18n.js';
import { page } from '/kit/page.js';
import { chip, empty, figure, heading, skeleton, table } from '/kit/ui.js';
import { html } from '/kit/view.js';

const days = Array.from({ length: 14 }, (ignored, i) => Date.UTC(2026, 9, 19 + i));

page({
  words: 'design',
  isPublic: true,
  title: () => t('design.title'),
  view: () => html`<div class="stack">${heading(t('design.title'))}
    <div class="figures">
      ${figure({ label: t('design.startUp'), value: fmt.ms(1240), n: 412, change: { text: '−120 ms', direction: 'better' }, trend: [3, 4, 2, 5, 6, 4, 3], definition: t('design.text'), href: '/design' })}
      ${figure({ label: t('design.startUp'), value: fmt.percent(0.034), n: 412, change: { text: '+1,2', direction: 'worse' }, completeness: t('design.text') })}
      ${figure({ label: t('design.startUp'), value: fmt.percent(0.034), n: 3 })}
    </div>
    <section class="card panel">${timeSeries({ id: 'a', title: t('design.startUp'), times: days, series: [{ label: t('design.startUp'), values: [3, 4, 5, 4, null, 6, 7, 8, 6, 5, 4, 3, 4, 5], format: value => fmt.number(value) }] })}</section>
    ${table({ caption: t('design.title'), columns: [{ key: 'a', label: t('design.startUp') }, { key: 'b', label: t('design.title'), value: () => chip('good', t('design.startUp')) }], rows: [{ a: 'x' }, { a: 'y' }], href: () => '/design' })}
    ${skeleton.figures(3)}${empty({ title: t('design.title'), text: t('design.text') })}
  </div>`,
});
