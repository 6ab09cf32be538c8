// What a browser is shown at an address where there is no page.
import { t } from './i18n.js';
import { page } from './page.js';
import { icon } from './ui.js';
import { html } from './view.js';

page({
  title: () => t('kit.pageMissing'),
  isPublic: true,
  isBare: true,
  view: () => html`<div class="state">${icon('info')}<h1>${t('kit.pageMissing')}</h1><p>${t('kit.pageMissingText')}</p>
    <a class="button" href="/">${t('kit.toStart')}</a></div>`,
});
