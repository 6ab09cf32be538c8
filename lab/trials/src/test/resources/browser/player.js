// A video in a page, played by one of the players that clinics use, and what is to be seen of it.
(() => {
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  const within = (promise, what) => Promise.race([promise,
    new Promise((_, no) => setTimeout(() => no(new Error(what + ' took more than 20 s')), 20000))]);
  const ready = () => new Promise(yes => video.addEventListener('canplay', yes, { once: true }));

  const HLS = 'application/vnd.apple.mpegurl';
  const only = async (address, lines) => {
    const absolute = uri => new URL(uri, address).href;
    const master = (await (await fetch(address)).text())
      .replace(/^#EXT-X-STREAM-INF:.*\n.*\n/gm, entry => entry.includes(`x${lines},`) ? entry : '')
      .replace(/^[^#\n].*$/gm, absolute)
      .replace(/URI="([^"]*)"/g, (_, uri) => `URI="${absolute(uri)}"`);
    return URL.createObjectURL(new Blob([master], { type: HLS }));
  };

  // Each opens an address, in the quality of so many lines if it is not 0, and rejects when it cannot.
  const players = {
    'hls.js': (address, lines) => new Promise((yes, no) => {
      const hls = new window.Hls();
      hls.on(window.Hls.Events.ERROR, (_, data) => { if (data.fatal) no(new Error(data.details)); });
      hls.on(window.Hls.Events.MANIFEST_PARSED, () => {
        if (lines) hls.currentLevel = hls.levels.findIndex(level => level.height === lines);
      });
      hls.loadSource(address);
      hls.attachMedia(video);
      ready().then(yes);
    }),
    'video.js': (address, lines) => new Promise((yes, no) => {
      const player = window.videojs(video, {
        html5: { vhs: { overrideNative: true }, nativeAudioTracks: false, nativeVideoTracks: false },
      });
      player.on('error', () => no(new Error(player.error().message)));
      // It begins to load in a quality of its own choice before one can be chosen for it.
      (lines ? only(address, lines) : Promise.resolve(address)).then(src => player.src({ src, type: HLS }), no);
      ready().then(yes);
    }),
    'shaka-player': async (address, lines) => {
      const player = new window.shaka.Player();
      await player.attach(video);
      if (lines) player.configure({ restrictions: { minHeight: lines, maxHeight: lines } });
      const canPlay = ready();
      await player.load(address);
      await canPlay;
    },
  };

  window.open_ = ({ player, address, lines }) => within((async () => {
    const first = new Promise(yes => video.requestVideoFrameCallback(yes));
    await players[player](address, lines);
    await first;
    return video.duration;
  })(), 'opening');

  // The lowest eighth of the picture is taken when the browser says that it has shown it, and not when it has sought.
  window.at_ = seconds => within(new Promise(yes => {
    video.requestVideoFrameCallback((_, shown) => {
      const width = video.videoWidth;
      const height = video.videoHeight;
      const top = height - Math.ceil(height / 8);
      const canvas = new OffscreenCanvas(width, height - top);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, -top);
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
      let green = '';
      for (let i = 1; i < pixels.length; i += 4) green += String.fromCharCode(pixels[i]);
      yes({ width, height, top, time: shown.mediaTime, green: btoa(green) });
    });
    video.currentTime = seconds;
  }), 'showing ' + seconds);
})();
