// For pages without modules: `kinebeamTracker.track(video, options)`. Loads kinebeam-tracker.js from beside this file.
(() => {
  const module = import(new URL('kinebeam-tracker.js', document.currentScript.src).href);
  globalThis.kinebeamTracker = {
    track(video, options = {}) {
      const { type, timeStamp, isTrusted } = globalThis.event ?? {};
      let clickedAt = isTrusted && /click|key|pointer|mouse|touch/.test(type) ? timeStamp : undefined;
      const asked = event => { clickedAt ??= event.timeStamp; }; // while the module is loading
      video?.addEventListener('play', asked);
      const handle = module.then(({ track }) => {
        video.removeEventListener('play', asked);
        return track(video, { clickedAt, ...options });
      });
      let tracked;
      handle.then(it => { tracked = it; }, () => {}); // without the module nothing is tracked
      return {
        get sessionId() { return tracked?.sessionId ?? null; },
        end() { handle.then(it => it.end(), () => {}); },
      };
    },
  };
})();
