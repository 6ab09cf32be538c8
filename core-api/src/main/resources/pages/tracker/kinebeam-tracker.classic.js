// For pages without modules: `kinebeamTracker.track(video, options)`. Loads kinebeam-tracker.js from beside this file.
(() => {
  const module = import(new URL('kinebeam-tracker.js', document.currentScript.src).href);
  globalThis.kinebeamTracker = {
    track(video, options = {}) {
      const { type, timeStamp, isTrusted } = globalThis.event ?? {};
      const clickedAt = isTrusted && /click|key|pointer|mouse|touch/.test(type) ? timeStamp : undefined;
      const handle = module.then(({ track }) => track(video, { clickedAt, ...options }));
      let tracked;
      handle.then(it => { tracked = it; }, () => {}); // without the module nothing is tracked
      return {
        get sessionId() { return tracked?.sessionId ?? null; },
        end() { handle.then(it => it.end(), () => {}); },
      };
    },
  };
})();
