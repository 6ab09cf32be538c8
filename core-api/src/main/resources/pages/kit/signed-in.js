// Where a sign-in in a second tab ends: the first tab hears of it and continues.
import { html } from './core.js';
import { t } from './i18n.js';
import { icon, page } from './ui.js';

const tabs = new BroadcastChannel('kinebeam');
tabs.postMessage('signed-in');

page({
  title: () => t('kit.signedIn'),
  isPublic: true,
  isBare: true,
  view: () => html`<div class="state">${icon('check')}<h1>${t('kit.signedIn')}</h1><p>${t('kit.signedInText')}</p></div>`,
});
