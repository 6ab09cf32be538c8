// The camera of the recorder: its picture, one recording of at most two minutes, and what prevents either.
import { redraw } from '/kit/core.js';

/** What the server takes at most. */
export const LIMIT_SECONDS = 120;
/** A recorder writes some frames after it was stopped, and the server refuses a video that is longer than the limit. */
const STOP_AFTER_MS = LIMIT_SECONDS * 1000 - 400;
const BITS_PER_SECOND = 4_000_000;
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** H.264 in MP4 is what every host and player takes; without it WebM, which hosts transcode. */
const TYPES = ['video/mp4;codecs=avc1.42E01E,mp4a.40.2', 'video/mp4;codecs=avc1.42E01E,opus', 'video/webm;codecs=vp9,opus',
  'video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];

const PROBLEMS = {
  NotAllowedError: 'refused', SecurityError: 'refused', NotFoundError: 'none', OverconstrainedError: 'none',
  NotReadableError: 'busy', AbortError: 'busy',
};

const supported = () => (globalThis.MediaRecorder ? TYPES.find(type => MediaRecorder.isTypeSupported(type)) : undefined);

/** 'granted', 'denied', 'prompt', or undefined where the browser does not say. */
async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return undefined;
  }
}

/**
 * A camera that is off. Its `status`: 'off', 'asking', 'ready', 'recording', 'finishing', or 'failed' with `problem`: 'refused',
 * 'none', 'busy', 'insecure', 'unsupported', 'unknown'. `onFilm({film, type, seconds, ended})` gets each recording; `ended` says why:
 * 'stopped', 'limit', 'hidden' (the page was left) or 'lost' (the camera was).
 */
export function createCamera({ onFilm }) {
  const camera = {
    status: 'off', problem: undefined, stream: undefined, isFront: false, canFlip: false, hasSound: true,
    /** Whether something is recorded that is not handed over yet. */
    get holdsFilm() { return camera.status === 'recording' || (camera.status === 'finishing' && !isDismissed); },
    get seconds() { return camera.status === 'recording' && begunAt ? (performance.now() - begunAt) / 1000 : 0; },
    open, openIfGranted, close, flip, start, stop, dismiss,
  };
  let begunAt;
  let recorder;
  let isDismissed = false;
  let end;
  let limit;
  let ticking;
  let awake;
  let turn = 0;
  let deviceId;

  const become = (status, problem) => {
    Object.assign(camera, { status, problem });
    redraw();
  };

  /** Asks for the camera; the answer of a request that was overtaken is closed. */
  async function open() {
    if (camera.status !== 'off' && camera.status !== 'failed') return;
    if (!navigator.mediaDevices?.getUserMedia) return become('failed', globalThis.isSecureContext ? 'unsupported' : 'insecure');
    if (!supported()) return become('failed', 'unsupported');
    become('asking');
    await use({ facingMode: { ideal: camera.isFront ? 'user' : 'environment' } });
  }

  /** Whoever has allowed the camera before is not asked to press a button for it. */
  async function openIfGranted() {
    if (await permission('camera') === 'granted') open();
  }

  async function use(which) {
    const mine = ++turn;
    try {
      const stream = await streamOf({ ...PICTURE, ...which });
      if (mine !== turn) return release(stream);
      const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(device => device.kind === 'videoinput');
      if (mine !== turn) return release(stream);
      const [track] = stream.getVideoTracks();
      const settings = track.getSettings();
      deviceId = settings.deviceId;
      if (settings.facingMode) camera.isFront = settings.facingMode === 'user';
      track.onended = () => { if (mine === turn) lose(); };
      Object.assign(camera, { stream, canFlip: cameras.length > 1, hasSound: stream.getAudioTracks().length > 0 });
      become('ready');
    } catch (error) {
      if (mine === turn) become('failed', PROBLEMS[error.name] ?? 'unknown');
    }
    return undefined;
  }

  /** Without a microphone, or where only that is refused, the picture alone. */
  async function streamOf(video) {
    const devices = navigator.mediaDevices;
    try {
      return await devices.getUserMedia({ video, audio: { echoCancellation: false } });
    } catch (error) {
      const isOfSound = error.name === 'NotFoundError'
        || (error.name === 'NotAllowedError' && await permission('camera') === 'granted' && await permission('microphone') === 'denied');
      if (!isOfSound) throw error;
      return devices.getUserMedia({ video });
    }
  }

  /** The other side of a phone, or the next camera of a computer. A phone opens one at a time. */
  async function flip() {
    if (camera.status !== 'ready') return;
    const facing = camera.stream.getVideoTracks()[0].getSettings().facingMode;
    release(camera.stream);
    become('asking');
    if (facing) return use({ facingMode: { ideal: camera.isFront ? 'environment' : 'user' } });
    const ids = (await navigator.mediaDevices.enumerateDevices()).filter(device => device.kind === 'videoinput').map(device => device.deviceId);
    return use({ deviceId: { ideal: ids[(ids.indexOf(deviceId) + 1) % ids.length] } });
  }

  function start() {
    if (camera.status !== 'ready') return;
    const type = supported();
    const pieces = [];
    isDismissed = false;
    end = 'stopped';
    try {
      recorder = new MediaRecorder(camera.stream, { mimeType: type, videoBitsPerSecond: BITS_PER_SECOND });
    } catch {
      return become('failed', 'unsupported');
    }
    recorder.ondataavailable = ({ data }) => { if (data.size) pieces.push(data); };
    recorder.onerror = () => stop('lost');
    recorder.onstart = () => { begunAt = performance.now(); };
    recorder.onstop = ({ target }) => {
      const seconds = begunAt ? Math.min(LIMIT_SECONDS, (performance.now() - begunAt) / 1000) : 0;
      settle();
      if (isDismissed) return;
      // Without the codecs: the type is a part of what is signed, and the server takes two types.
      const base = (target.mimeType || type).split(';')[0].trim();
      onFilm({ film: new Blob(pieces, { type: base }), type: base, seconds, ended: end });
    };
    begunAt = undefined;
    recorder.start(1000);
    limit = setTimeout(() => stop('limit'), STOP_AFTER_MS);
    ticking = setInterval(redraw, 250);
    stayAwake();
    become('recording');
    return undefined;
  }

  function stop(why = 'stopped') {
    if (camera.status !== 'recording') return;
    end = why;
    become('finishing');
    if (recorder.state === 'inactive') return;
    recorder.stop();
  }

  /** Ends a recording that is not to be kept. */
  function dismiss() {
    isDismissed = true;
    stop();
  }

  function settle() {
    clearTimeout(limit);
    clearInterval(ticking);
    awake?.then(lock => lock?.release());
    awake = undefined;
    recorder = undefined;
    if (camera.status === 'finishing' || camera.status === 'recording') become(camera.stream?.active ? 'ready' : 'off');
  }

  function lose() {
    if (camera.status === 'recording') stop('lost');
    else if (camera.status === 'ready') become('failed', 'busy');
  }

  function close() {
    turn++;
    dismiss();
    release(camera.stream);
    camera.stream = undefined;
    if (camera.status !== 'off') become('off');
  }

  const release = stream => stream?.getTracks().forEach(track => { track.onended = null; track.stop(); });

  /** A phone that dims its screen stops the camera. */
  function stayAwake() {
    awake = navigator.wakeLock?.request('screen').catch(() => undefined);
  }

  // A phone freezes the picture of a page that is not seen: what was recorded until then is kept.
  document.addEventListener('visibilitychange', () => { if (document.hidden) stop('hidden'); });
  addEventListener('pagehide', () => release(camera.stream));
  permissionChange(() => { if (camera.problem === 'refused') open(); });
  return camera;
}

/** People allow a camera in the browser's own settings: then nothing has to be pressed here. */
async function permissionChange(listener) {
  try {
    (await navigator.permissions.query({ name: 'camera' })).onchange = ({ target }) => { if (target.state === 'granted') listener(); };
  } catch {
    // The browser does not say: the page has a button.
  }
}
