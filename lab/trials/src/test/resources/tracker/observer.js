// An observer of a video that knows nothing of the tracker: it reads the playhead at every picture of the page, and
// whenever the page asks the video for something. A busy machine makes its readings few: what it cannot know then is
// part of what it says, as the earliest and the latest time or as a gap.

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

/** Half a picture: a playhead that moves less shows the same one. */
const STILL = 0.02;
const stands = (one, other) => Math.abs(one.at - other.at) < STILL;

export class Observer {
  constructor(video) {
    this.video = video;
    this.readings = [];
    this.played = 0;
    this.asked = null; // when the page first called play(): before the call, and after it
    this.picture = null; // when the first one was shown: after this time, and by that
    this.noPicture = now();
    for (const call of ['play', 'pause']) this.watch(call);
    video.requestVideoFrameCallback((_, frame) => { this.frame = frame; });
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
      video.addEventListener(type, () => this.read(type));
    }
  }

  /** Reads before and after each call of a method of the video. */
  watch(name) {
    const call = this.video[name];
    this.video[name] = (...given) => {
      const before = now();
      this.read();
      const result = call.apply(this.video, given);
      this.read();
      if (name === 'play') this.asked ??= { before, after: now() };
      return result;
    };
  }

  /** The player has given up: the viewer waits for nothing any more. */
  failed() {
    this.over = true;
    this.read();
  }

  read(heard) {
    const { currentTime: at, paused, ended, seeking } = this.video;
    const last = this.readings.at(-1);
    const reading = { t: now(), at, wanted: !paused && !ended && !this.over, seeking, heard, played: this.played };
    if (last && last.wanted && !seeking && !last.seeking && at > last.at) this.played += at - last.at;
    this.readings.push(reading);
    if (!this.picture) this.look(reading.t);
  }

  /** A canvas shows nothing before readyState 2, and the page may, as soon as it knows the size of the picture. */
  look(t) {
    const { readyState } = this.video;
    if (readyState > 1) this.pixel.drawImage(this.video, 0, 0, 1, 1);
    if (readyState > 1 && this.pixel.getImageData(0, 0, 1, 1).data[3] > 0) this.picture = { after: this.noPicture, by: t };
    else if (readyState !== 1) this.noPicture = t;
  }

  /**
   * Milliseconds from what the viewer asked for to the first picture. The page has the picture before it is on the
   * screen: when that was, the browser says.
   */
  start(clicked) {
    if (!this.picture) return null;
    const { before, after } = clicked ? { before: clicked, after: clicked } : this.asked;
    const shown = Math.max(this.picture.by, this.frame?.expectedDisplayTime ?? 0);
    return { earliest: this.picture.after - after, latest: shown - before };
  }

  /** How long the playhead stands that is wanted to move, and how long before that it was not read. */
  frozen() {
    const last = this.readings.at(-1);
    if (!last?.wanted) return { ms: 0, gap: 0 };
    let i = this.readings.length - 1;
    while (i > 0 && stands(this.readings[i - 1], last) && this.readings[i - 1].wanted) i--;
    const { t } = this.readings[i];
    return { ms: now() - t, gap: t - (this.readings[i - 1]?.t ?? t) };
  }

  frozenFor() {
    return this.frozen().ms;
  }

  /**
   * Every time of 150 ms and more that the playhead stood while the viewer wanted to play: from the first reading at
   * its place to the first one beyond it. `gap` is what the readings at both ends leave open, `late` how much later
   * than both the page heard of them.
   */
  stands() {
    const found = [];
    const all = this.readings;
    for (let i = 0, j; i < all.length; i = j + 1) {
      j = i;
      if (!all[i].wanted) continue;
      while (all[j + 1] && stands(all[j + 1], all[i]) && all[j + 1].wanted) j++;
      const before = all[i - 1] ?? all[i], after = all[j + 1] ?? all[j];
      if (after.t - all[i].t < 150) continue;
      const sought = all.slice(i, j + 1).some(({ seeking }) => seeking);
      const heard = (type, to) => all.slice(i, to).find(reading => reading.heard === type)?.t ?? Infinity;
      const late = Math.abs(heard('playing') - after.t) + Math.abs(heard('waiting', j + 1) - all[i].t);
      found.push({
        cause: sought ? 'seek' : all[i].played > 0 ? 'stall' : 'startup',
        position: all[i].at, ms: after.t - all[i].t, gap: all[i].t - before.t + after.t - all[j].t, late,
      });
    }
    return found;
  }
}
