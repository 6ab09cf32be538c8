// How the recorder looks: the camera with its buttons, the recorded video, and the upload.
import { html, nothing } from '/kit/core.js';
import { fmt, hasText, t } from '/kit/i18n.js';
import { advice, icon, notice, progress, requestId } from '/kit/ui.js';
import { LIMIT_SECONDS } from './camera.js';

// ---- The camera ----------------------------------------------------------------------------------------------------------

/** The camera in its present state; `isWaiting`: it is not known yet whether a recording is kept; `open()` turns the camera on. */
export const lens = (camera, { isWaiting, open }) => html`<section class="lens ${camera.status}" aria-label=${t('record.camera')}>
  ${camera.stream ? html`<video class="finder ${camera.isFront ? 'mirrored' : ''}" .muted=${true} .srcObject=${camera.stream} autoplay playsinline aria-label=${t('record.picture')}></video>` : nothing}
  ${isWaiting && camera.status === 'off' ? nothing : VIEWS[camera.status](camera, open)}</section>`;

const message = (picture, title, text, action) => html`<div class="lens-message">${icon(picture)}<h2>${title}</h2><p>${text}</p>${action}</div>`;

const off = (camera, open) => message('camera', t('record.ready'), t('record.readyText'), html`<button class="button primary big" @click=${open}>${t('record.turnOn')}</button>`);

const asking = () => html`<div class="lens-message" role="status"><span class="spinner" aria-hidden="true"></span><h2>${t('record.asking')}</h2><p>${t('record.askingText')}</p></div>`;

const broken = (camera, open) => html`<div role="alert">${message('error', t(`record.problem.${camera.problem}`), t(`record.problem.${camera.problem}Text`),
  ['insecure', 'unsupported'].includes(camera.problem) ? nothing : html`<button class="button primary" @click=${open}>${icon('refresh')}${t('kit.retry')}</button>`)}</div>`;

const VIEWS = { off, asking, failed: broken, ready: controls, recording: controls, finishing: controls };

/** Said once at each change, for those who do not see the seconds. */
const spoken = left => (left <= 10 ? t('record.left', { seconds: fmt.number(10) }) : left <= 30 ? t('record.left', { seconds: fmt.number(30) }) : t('record.recording'));

function controls(camera) {
  const isRecording = camera.status === 'recording';
  const left = Math.max(0, Math.ceil(LIMIT_SECONDS - camera.seconds));
  return html`<div class="lens-top"><span class="left ${isRecording ? 'running' : ''} ${isRecording && left <= 10 ? 'ending' : ''}" role="timer">
      ${isRecording ? html`<i class="dot" aria-hidden="true"></i>` : nothing}<span class="unseen">${t('record.timeLeft')}</span>${fmt.clock(left)}</span>
      ${camera.hasSound ? nothing : html`<span class="pill">${icon('muted')}${t('record.noSound')}</span>`}</div>
    <span class="unseen" aria-live="polite">${isRecording ? spoken(left) : ''}</span>
    <div class="lens-bottom"><span class="lens-side"></span>
      <button class="shutter" aria-label=${t(isRecording ? 'record.stop' : 'record.start')} ?disabled=${camera.status === 'finishing'} @click=${() => (isRecording ? camera.stop() : camera.start())}><i aria-hidden="true"></i></button>
      <span class="lens-side">${camera.canFlip ? html`<button class="flip" aria-label=${t('record.flip')} ?disabled=${camera.status !== 'ready'} @click=${camera.flip}>${icon('flip')}</button>` : nothing}</span>
      <p class="lens-hint" aria-hidden="true">${t(isRecording ? 'record.stop' : 'record.start')}</p></div>
    <span class="lens-bar" aria-hidden="true"><i .style=${`width:${Math.min(1, camera.seconds / LIMIT_SECONDS) * 100}%`}></i></span>`;
}

// ---- The recorded video --------------------------------------------------------------------------------------------------

/** A recorder's file has no length in its head; a jump to its end makes the browser find it, and so the video can be sought in. */
function findLength({ target: video }) {
  if (Number.isFinite(video.duration)) return;
  video.ondurationchange = () => {
    if (!Number.isFinite(video.duration)) return;
    video.ondurationchange = null;
    video.currentTime = 0;
  };
  video.currentTime = Number.MAX_SAFE_INTEGER;
}

const keptNotice = take => {
  if (take.isKept === 'full') return notice('bad', t('record.full'));
  if (take.isKept === 'impossible') return notice('warn', t('record.notKept'));
  return nothing;
};

const endNotice = take => {
  if (take.isRestored) return notice('info', t(take.recording.video ? 'record.interrupted' : 'record.restored', { ago: fmt.ago(take.recording.at) }));
  return take.ended && take.ended !== 'stopped' ? notice(take.ended === 'limit' ? 'info' : 'warn', t(`record.ended.${take.ended}`)) : nothing;
};

export const review = (take, { send, retake }) => html`<section class="card review">
  <video class="replay" controls playsinline preload="auto" .src=${take.url} @loadedmetadata=${findLength} aria-label=${t('record.recorded')}></video>
  <div class="review-text"><h2 tabindex="-1">${t('record.review')}</h2>
    <p class="quiet"><span class="numbers">${fmt.clock(take.recording.seconds)} · ${fmt.bytes(take.recording.bytes)}</span></p>
    ${endNotice(take)}${keptNotice(take)}
    <p class="quiet small">${t('record.reviewText')}</p>
    <div class="actions"><button class="button big" @click=${retake}>${icon('refresh')}${t('record.retake')}</button>
      <button class="button primary big" @click=${send}>${icon('up')}${t(take.recording.video ? 'record.sendOn' : 'record.send')}</button></div></div></section>`;

// ---- The upload ----------------------------------------------------------------------------------------------------------

const TITLES = { elsewhere: 'record.elsewhere', preparing: 'record.sending', sending: 'record.sending', confirming: 'record.sending', waiting: 'record.waiting', failed: 'record.notSent', sent: 'record.sending' };

const refusal = problem => {
  if (!('status' in problem)) return t('kit.unexpected');
  // Problems of the server have a list of errors, those of the object store a status alone.
  if (!problem.errors) return t('record.refused.store', { status: problem.status });
  const code = problem.errors[0]?.code;
  if (code && hasText(`record.refused.${code}`)) return t(`record.refused.${code}`);
  return problem.status === 404 ? t('record.refused.closed') : problem.detail ?? advice(problem);
};

function phase({ phase: now, share, bytes, eta, retryAt }) {
  if (now === 'elsewhere') return html`<p>${t('record.elsewhereText')}</p>`;
  if (now === 'waiting') return html`<p>${t(navigator.onLine ? 'record.waitingText' : 'record.offlineText')}</p>
    <p class="quiet small" aria-hidden="true">${t('record.again', { time: fmt.time(retryAt) })}</p>`;
  return progress({ share: now === 'sending' ? share : now === 'preparing' ? 0 : 1, eta: now === 'sending' ? eta : undefined,
    label: now === 'sending' ? t('record.sent.of', { done: fmt.bytes(share * bytes), all: fmt.bytes(bytes) }) : t(`record.phase.${now === 'preparing' ? now : 'confirming'}`) });
}

export function progressOf(take, { send, back }) {
  const { upload } = take;
  const isFailed = upload.phase === 'failed';
  return html`<section class="card sending"><span class="roundel ${isFailed ? 'bad' : upload.phase === 'waiting' ? 'warn' : ''}">${icon(isFailed ? 'error' : upload.phase === 'waiting' ? 'offline' : 'up')}</span>
    <div role="status"><h2 tabindex="-1">${t(TITLES[upload.phase])}</h2></div>
    <div class="sending-body" role=${isFailed ? 'alert' : nothing}>${isFailed ? html`<p>${refusal(upload.problem)}</p>${requestId(upload.problem)}` : phase(upload)}</div>
    <p class="quiet small">${t(take.isKept === true ? 'record.stays' : 'record.staysOpen')}</p>
    <div class="actions">${upload.phase === 'waiting' ? html`<button class="button primary" @click=${() => upload.retry()}>${icon('refresh')}${t('record.now')}</button>` : nothing}
      ${isFailed ? html`<button class="button primary" @click=${send}>${icon('refresh')}${t('kit.retry')}</button>` : nothing}
      <button class="button" @click=${back}>${t(isFailed ? 'record.back' : 'record.cancel')}</button></div></section>`;
}
