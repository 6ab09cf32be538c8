// An observer of a video that knows nothing of the tracker: it reads the playhead at every picture of the page.

const now = () => performance.now();

/** Resolves once `holds` is true, and rejects when it is not within half a minute. */
export const until = holds =>
  new Promise((resolve, reject) => {
    const begun = now();
    const look = () => {
      if (holds()) resolve();
      else if (now() - begun > 30_000) reject(new Error(`not within 30 s: ${holds}`));
      else setTimeout(look, 15);
    };
    look();
  });

export class Observer {
  constructor(video) {
    this.video = video;
    this.readings = [];
    this.played = 0;
    this.firstPicture = null;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    this.pixel = canvas.getContext('2d', { willReadFrequently: true });
    const read = () => {
      if (this.stopped) return;
      this.read();
      requestAnimationFrame(read);
    };
    requestAnimationFrame(read);
    for (const type of ['timeupdate', 'waiting', 'playing', 'seeking', 'pause']) {
      video.addEventListener(type, () => this.read());
    }
  }

  read() {
    const { currentTime: at, paused, ended, seeking } = this.video;
    const last = this.readings.at(-1);
    const reading = { t: now(), at, wanted: !paused && !ended, seeking, played: this.played };
    if (last && last.wanted && !seeking && !last.seeking && at > last.at) this.played += at - last.at;
    this.readings.push(reading);
    if (this.video.readyState > 0) this.sized ??= reading.t;
    if (this.firstPicture === null && this.video.readyState > 1) {
      this.pixel.drawImage(this.video, 0, 0, 1, 1);
      if (this.pixel.getImageData(0, 0, 1, 1).data[3] > 0) {
        // A canvas shows nothing before readyState 2, and the page may: it was since the size of the picture is known.
        this.firstPicture = { t: reading.t, gap: reading.t - last?.t, blind: reading.t - (this.sized ?? reading.t) };
      }
    }
  }

  /** Milliseconds since the playhead last moved, while it is wanted to; 0 while it moves. */
  frozenFor() {
    const last = this.readings.at(-1);
    if (!last?.wanted) return 0;
    let i = this.readings.length - 1;
    while (i > 0 && this.readings[i - 1].at === last.at && this.readings[i - 1].wanted) i--;
    return now() - this.readings[i].t;
  }

  /**
   * Every time of 150 ms and more that the playhead stood while the viewer wanted to play: from the first reading at
   * its place to the first one beyond it. `gap` is what the readings at both ends leave open.
   */
  stands() {
    const found = [];
    const all = this.readings;
    for (let i = 0, j; i < all.length; i = j + 1) {
      j = i;
      if (!all[i].wanted) continue;
      while (all[j + 1]?.at === all[i].at && all[j + 1].wanted) j++;
      const before = all[i - 1] ?? all[i], after = all[j + 1] ?? all[j];
      if (after.t - all[i].t < 150) continue;
      const sought = all.slice(i, j + 1).some(({ seeking }) => seeking);
      found.push({
        cause: sought ? 'seek' : all[i].played > 0 ? 'stall' : 'startup',
        position: all[i].at, ms: after.t - all[i].t, gap: all[i].t - before.t + after.t - all[j].t,
      });
    }
    return found;
  }
}
