// The first page: leads everyone to the page of their role, and to the sign-in without a session.
import { html, me } from './core.js';
import { t } from './i18n.js';
import { HOME, page } from './ui.js';

me().then(person => location.replace(HOME[person.role] ?? '/docs'), () => {});

page({
  title: () => t('kit.home'),
  isBare: true,
  view: () => html`<div class="state" role="status"><p>${t('kit.opening')}</p></div>`,
});
