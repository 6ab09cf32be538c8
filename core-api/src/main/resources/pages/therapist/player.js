// A video element that plays a signed HLS address; hls.js is loaded with the first one.
let library;
const load = () => {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/webjars/hls.js/dist/hls.min.js';
    script.onload = () => resolve(window.Hls);
    script.onerror = () => { library = undefined; reject(new Error('hls.js could not be loaded')); };
    document.head.append(script);
  });
  return library;
};

/**
 * Plays `url` in `video`; `onFailed(message)` is called when it cannot be played. Answers a function that ends it.
 * Browsers with HLS of their own need no library.
 */
export async function attach(video, url, onFailed) {
  if (!window.MediaSource && video.canPlayType('application/vnd.apple.mpegurl')) {
    video.onerror = () => onFailed(video.error?.message ?? '');
    video.src = url;
    return () => { video.removeAttribute('src'); video.load(); };
  }
  const Hls = await load();
  const hls = new Hls({ maxBufferLength: 20 });
  hls.on(Hls.Events.ERROR, (event, data) => { if (data.fatal) onFailed(data.details); });
  hls.loadSource(url);
  hls.attachMedia(video);
  return () => hls.destroy();
}

/** An element for dialogs: `<kinebeam-video .url=${address}>`; it stops when it is removed. */
class Player extends HTMLElement {
  #release;
  #url;

  set url(url) {
    if (url === this.#url) return;
    this.#url = url;
    if (this.isConnected) this.#play();
  }

  connectedCallback() { this.#play(); }

  disconnectedCallback() { this.#release?.(); this.#release = undefined; }

  async #play() {
    this.#release?.();
    if (!this.#url) return;
    const video = document.createElement('video');
    Object.assign(video, { controls: true, muted: true, playsInline: true, autoplay: !matchMedia('(prefers-reduced-motion: reduce)').matches });
    this.replaceChildren(video);
    try {
      const release = await attach(video, this.#url, () => this.dispatchEvent(new Event('failed')));
      if (this.isConnected) this.#release = release;
      else release();
    } catch {
      this.dispatchEvent(new Event('failed'));
    }
  }
}
customElements.define('kinebeam-video', Player);
