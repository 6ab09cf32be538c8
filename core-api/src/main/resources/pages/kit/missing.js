// What a browser is shown at an address where there is no page.
import { html } from './core.js';
import { t } from './i18n.js';
import { icon, page } from './ui.js';

page({
  title: () => t('kit.pageMissing'),
  isPublic: true,
  isBare: true,
  view: () => html`<div class="state">${icon('info')}<h1>${t('kit.pageMissing')}</h1><p>${t('kit.pageMissingText')}</p>
    <a class="button" href="/">${t('kit.toStart')}</a></div>`,
});
