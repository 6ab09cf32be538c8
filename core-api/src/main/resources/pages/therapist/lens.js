// How the recorder looks: the camera with its buttons, the recorded video, the upload, and what became of it.
import { address, html, nothing, query } from '/kit/core.js';
import { fmt, hasText, t } from '/kit/i18n.js';
import { advice, classes, icon, inPage, notice, progress, requestId, section, skeleton } from '/kit/ui.js';
import { LIMIT_SECONDS } from './camera.js';
import { failureOf } from './recorder.js';

// ---- The steps -----------------------------------------------------------------------------------------------------------

const STEPS = ['patient', 'exercise', 'record'];

/** The way to the present step; those behind it are links. */
export function steps(present) {
  const now = STEPS.indexOf(present);
  const targets = [address.with({ patient: undefined, exercise: undefined, q: undefined }), address.with({ exercise: undefined, q: undefined })];
  return html`<nav class="steps" aria-label=${t('record.steps')}><ol>${STEPS.map((one, i) => {
    const content = html`<span class="step-number" aria-hidden="true">${i < now ? icon('check') : fmt.number(i + 1)}</span><span>${t(`record.step.${one}`)}</span>`;
    return html`<li class=${classes('step', i === now && 'now', i < now && 'over')} aria-current=${i === now ? 'step' : nothing}>${i < now ? html`<a href=${targets[i]} @click=${inPage}>${content}</a>` : content}</li>`;
  })}</ol></nav>`;
}

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
    <p class="quiet small">${t('record.reviewText')} ${take.isKept === true ? t('record.stays') : nothing}</p>
    <div class="actions"><button class="button big" @click=${retake}>${icon('refresh')}${t('record.retake')}</button>
      <button class="button primary big" @click=${send}>${icon('up')}${t(take.recording.video ? 'record.sendOn' : 'record.send')}</button></div></div></section>`;

/** A recording that was not sent: to continue with, or where that `isClosed`, to take away. */
export const draftCard = (one, { isClosed, download, drop }) => html`<li class="notice warn draft">${icon('clock')}<div>${t('record.unsent')}
    <strong><bdi>${one.exerciseName}</bdi></strong> · <strong><bdi>${one.patientName}</bdi></strong><br>
    <span class="small">${fmt.clock(one.seconds)} · ${fmt.bytes(one.bytes)} · ${fmt.ago(one.at)}</span>${isClosed ? html`<p class="small">${t('record.cannotBeSent')}</p>` : nothing}</div>
  <div class="actions">${isClosed ? html`<button class="button small" @click=${() => download(one)}>${t('record.download')}</button>`
    : html`<a class="button small primary" href=${query('/therapist/record', { patient: one.patient, exercise: one.exercise })} @click=${inPage}>${t('record.continue')}</a>`}
    <button class="button small" @click=${() => drop(one)}>${t('record.deleteShort')}</button></div></li>`;

// ---- The upload ----------------------------------------------------------------------------------------------------------

const TITLES = { elsewhere: 'record.elsewhere', failed: 'record.notSent', waiting: 'record.waitingServer' };
/** Only then nothing is wrong but the network. */
const isUnconnected = ({ phase: now, problem }) => now === 'waiting' && (problem.status === 0 || !navigator.onLine);
const titleOf = upload => (isUnconnected(upload) ? 'record.waiting' : TITLES[upload.phase] ?? 'record.sending');

const refusal = problem => {
  if (!('status' in problem)) return t('kit.unexpected');
  // Problems of the server have a list of errors, those of the object store a status alone.
  if (!problem.errors) return t('record.refused.store', { status: problem.status });
  const code = problem.errors[0]?.code;
  if (code && hasText(`record.refused.${code}`)) return t(`record.refused.${code}`);
  return problem.status === 404 ? t('record.refused.closed') : problem.detail ?? advice(problem);
};

/** Why the upload waits. */
function delay(upload) {
  const { problem } = upload;
  if (isUnconnected(upload)) return html`<p>${t(navigator.onLine ? 'record.waitingText' : 'record.offlineText')}</p>`;
  if (!problem.errors) return html`<p>${t('record.waitingStore', { status: problem.status })}</p>`;
  // What is unavailable is named for those who operate it.
  return html`<p>${advice(problem)}</p>${problem.status === 503 && problem.detail ? html`<p class="quiet small" lang="en"><bdi>${problem.detail}</bdi></p>` : nothing}${requestId(problem)}`;
}

function phase(upload) {
  const { phase: now, share, bytes, eta, retryAt } = upload;
  if (now === 'elsewhere') return html`<p>${t('record.elsewhereText')}</p>`;
  if (now === 'waiting') return html`${delay(upload)}<p class="quiet small" aria-hidden="true">${t('record.again', { time: fmt.time(retryAt) })}</p>`;
  return progress({ share: now === 'sending' ? share : now === 'preparing' ? 0 : 1, eta: now === 'sending' ? eta : undefined,
    label: now === 'sending' ? t('record.sent.of', { done: fmt.bytes(share * bytes), all: fmt.bytes(bytes) }) : t(`record.phase.${now === 'preparing' ? now : 'confirming'}`) });
}

export function progressOf(take, { send, back }) {
  const { upload } = take;
  const isFailed = upload.phase === 'failed';
  return html`<section class="card sending"><span class="roundel ${isFailed ? 'bad' : upload.phase === 'waiting' ? 'warn' : ''}">${icon(isFailed ? 'error' : upload.phase !== 'waiting' ? 'up' : isUnconnected(upload) ? 'offline' : 'clock')}</span>
    <div role="status"><h2 tabindex="-1">${t(titleOf(upload))}</h2></div>
    <div class="sending-body" role=${isFailed ? 'alert' : nothing}>${isFailed ? html`<p>${refusal(upload.problem)}</p>${requestId(upload.problem)}` : phase(upload)}</div>
    <p class="quiet small">${t(take.isKept === true ? 'record.stays' : 'record.staysOpen')}</p>
    <div class="actions">${upload.phase === 'waiting' ? html`<button class="button primary" @click=${() => upload.retry()}>${icon('refresh')}${t('record.now')}</button>` : nothing}
      ${isFailed ? html`<button class="button primary" @click=${send}>${icon('refresh')}${t('kit.retry')}</button>` : nothing}
      <button class="button" @click=${back}>${t(isFailed ? 'record.back' : 'record.cancel')}</button></div></section>`;
}

// ---- Sent ----------------------------------------------------------------------------------------------------------------

const FAILURES_TO_RECORD_AGAIN = ['duration_exceeded', 'host_refused', 'original_changed', 'original_missing', 'upload_abandoned'];
const OVER = ['COMPLETED', 'FAILED', 'INACTIVE'];
const NOT_ARRIVED = ['CREATED', 'UPLOAD_URL_CREATED'];

const underWay = (title, text) => html`<div class="under-way" role="status"><span class="spinner" aria-hidden="true"></span><div><strong>${title}</strong><p class="quiet small">${text}</p></div></div>`;

const statusLine = ({ isBusy, processAgain }) => data => {
  if (NOT_ARRIVED.includes(data.status)) return notice('warn', t('record.notArrivedText'));
  switch (data.status) {
    case 'COMPLETED': return notice('good', t('record.completedText'));
    case 'INACTIVE': return notice('info', t('record.inactiveText'));
    case 'FAILED': return html`${notice('bad', failureOf(data.failureCode, data.failureText))}
      <div class="actions">${!data.isMine || FAILURES_TO_RECORD_AGAIN.includes(data.failureCode) ? nothing : html`<button class="button" ?disabled=${isBusy} @click=${processAgain}>${icon('refresh')}${t('record.processAgain')}</button>`}
        <a class="button" href=${address.with({ video: undefined })}>${icon('camera')}${t('record.recordAgain')}</a></div>`;
    default: return underWay(t('record.status.PROCESSING_QUEUED'), t('record.processingText'));
  }
};

const sentTitle = status => (OVER.includes(status) ? `record.status.${status}` : NOT_ARRIVED.includes(status) ? 'record.notArrived' : 'record.sent');

/** What became of a video: its source, `names` of exercise and patient, and whether `processAgain()` `isBusy`. */
export function sentView(video, { names, patient, isBusy, processAgain }) {
  const status = video.data?.status;
  const isFailed = status === 'FAILED';
  const isAwaited = video.status === 'loading' || status === 'PROCESSING_QUEUED';
  return html`<section class="card sent"><span class=${classes('roundel', isFailed ? 'bad' : NOT_ARRIVED.includes(status) ? 'warn' : 'good')}>${icon(isFailed ? 'error' : NOT_ARRIVED.includes(status) ? 'clock' : 'check')}</span>
    <h1 id="sent" tabindex="-1">${t(sentTitle(status))}</h1>
    <p class="sent-names">${names}</p>${isAwaited ? html`<p class="quiet">${t('record.sentText')}</p>` : nothing}
    <h2 class="unseen">${t('record.statusTitle')}</h2>
    <div class="sent-status">${section(video, statusLine({ isBusy, processAgain }), { loading: skeleton.rows(1), level: 3 })}</div>
    <div class="actions"><a class="button primary big" href="/therapist">${t('record.toPatients')}</a>
      <a class="button big" href=${query('/therapist/record', { patient })}>${t('record.another')}</a></div></section>`;
}
