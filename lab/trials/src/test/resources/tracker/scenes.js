// What viewers and networks do to a video. Each scene returns what was done, by its own clock and by the observer.
import { track } from '/tracker/kinebeam-tracker.js';
import { integrate } from '/stage/literal.js';
import { Observer, until } from '/stage/observer.js';

const given = new URLSearchParams(location.search);
const server = (what, path, more = '') => fetch(`/control/${what}?path=${encodeURIComponent(path)}${more}`);

const script = src =>
  new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject }));
  });

/** A player of its own, with its observer and its tracker, and addresses of media that no other scene uses. */
class Stage {
  constructor(name) {
    this.name = name;
    this.video = document.createElement('video');
    this.video.muted = true;
    this.video.width = 320;
    document.body.append(this.video);
    this.observer = new Observer(this.video);
    this.base = `/media/${name}`;
  }

  options(more) {
    return {
      endpoint: given.get('gateway') + '/v1/media/events', token: given.get('token'), consent: true,
      mediaId: this.name, debug: (...what) => (window.told ??= []).push(what), ...more,
    };
  }

  segment(number, rendition = 0) {
    return `${this.base}/v${rendition}/s${number}.m4s`;
  }

  hls(config = {}, more = {}) {
    this.player = new Hls({ maxBufferLength: 1, maxMaxBufferLength: 1, startLevel: 0, autoStartLoad: true, ...config });
    this.player.on('hlsError', () => this.observer.read());
    this.handle = track(this.video, this.options({ hls: this.player, ...more }));
    this.player.on('hlsError', (_, { fatal }) => {
      if (fatal) this.observer.failed();
      this.fatal ||= fatal;
    });
    this.player.loadSource(`${this.base}/master.m3u8`);
    this.player.attachMedia(this.video);
    if (config.capped !== false) this.player.once('hlsManifestParsed', () => { this.player.currentLevel = 0; });
    this.video.play().catch(() => {});
    return this;
  }

  mp4(more = {}) {
    this.handle = track(this.video, this.options(more));
    this.video.src = `${this.base}/video.mp4`;
    this.video.play().catch(() => {});
    return this;
  }

  at = seconds => until(() => this.video.currentTime >= seconds);

  /** Holds a segment until the picture has stood for so long. */
  async stall(number, ms, then = () => {}) {
    await server('hold', this.segment(number));
    await until(() => this.observer.frozenFor() >= ms);
    await then();
    await server('release', this.segment(number));
  }

  /** Plays into a stall; `seen` is how long the viewer has seen it when the page is hidden. */
  async stallsUntilHidden() {
    document.addEventListener('visibilitychange', () => { this.seen ??= this.observer.frozen(); });
    await server('hold', this.segment(5));
    await until(() => this.observer.frozenFor() > 700);
  }

  /** The data arrives while the page is hidden. Browsers pause a muted video then. */
  async arrivesHidden() {
    await until(() => document.hidden);
    const hidden = performance.now();
    await until(() => performance.now() - hidden > 500);
    await server('release', this.segment(5));
  }

  document() {
    return { gateway: given.get('gateway'), token: given.get('token'), mediaId: this.name, consent: true };
  }

  done(more = {}) {
    this.session = this.handle.sessionId;
    this.handle.end();
    const truth = this.truth(more);
    this.observer.stopped = true;
    this.video.pause();
    return truth;
  }

  truth(more = {}) {
    return {
      session: this.session ?? this.handle.sessionId, stands: this.observer.stands(), played: this.observer.played,
      start: this.observer.start(this.clicked),
      position: this.video.currentTime, ...more,
    };
  }
}

const scenes = {
  /** To its end, from a file that the browser loads by itself. */
  async watched(stage) {
    stage.mp4();
    await until(() => stage.video.ended);
    return stage.truth();
  },

  /** Two times without data. */
  async stalls(stage) {
    await server('hold', stage.segment(4));
    stage.hls();
    await stage.at(3);
    await stage.stall(4, 700);
    await stage.at(4.5);
    await stage.stall(8, 1500);
    await stage.at(8.5);
    return stage.done();
  },

  /** Nothing arrives for more than a second after a click. */
  async slowStart(stage) {
    await server('hold', stage.segment(0));
    const play = async event => {
      stage.clicked = event.timeStamp;
      stage.hls();
    };
    const playing = new Promise(resolve => {
      document.getElementById('go').addEventListener('click', event => resolve(play(event)));
    });
    window.clickable = true;
    await playing;
    await until(() => performance.now() - stage.clicked > 1200);
    await server('release', stage.segment(0));
    await stage.at(1.5);
    return stage.done();
  },

  /** A segment is missing in one rendition; hls.js continues in the other. */
  async missing(stage) {
    await server('fail', stage.segment(3, 1), '&times=100');
    stage.hls({ startLevel: 1, capped: false, abrEwmaDefaultEstimate: 5e6 });
    await stage.at(4.5);
    return stage.done();
  },

  /** A segment is missing and there is no other rendition of it. */
  async broken(stage) {
    await server('fail', stage.segment(3), '&times=100');
    await server('fail', stage.segment(3, 1), '&times=100');
    stage.hls();
    await until(() => stage.fatal);
    return stage.done();
  },

  /** The video is not there. */
  async absent(stage) {
    await server('fail', `${stage.base}/master.m3u8`, '&times=100');
    stage.hls();
    await until(() => stage.fatal);
    return stage.done();
  },

  /** The viewer chooses the better rendition, and the lesser one again. */
  async qualities(stage) {
    stage.hls();
    await stage.at(1.5);
    stage.player.nextLevel = 1;
    await until(() => stage.video.videoHeight === 180);
    await stage.at(stage.video.currentTime + 1);
    stage.player.nextLevel = 0;
    await until(() => stage.video.videoHeight === 90);
    await stage.at(stage.video.currentTime + 0.5);
    return stage.done();
  },

  async pauseInStall(stage) {
    await server('hold', stage.segment(3));
    stage.hls();
    await stage.at(2);
    await until(() => stage.observer.frozenFor() > 600);
    stage.video.pause();
    const paused = performance.now();
    await until(() => performance.now() - paused > 800);
    await server('release', stage.segment(3));
    await until(() => stage.video.readyState > 2);
    await stage.video.play();
    await stage.at(3.8);
    return stage.done();
  },

  /** The viewer pauses in a stall, and resumes into it. */
  async resumeIntoStall(stage) {
    await server('hold', stage.segment(3));
    stage.hls();
    await stage.at(2);
    await until(() => stage.observer.frozenFor() > 600);
    stage.video.pause();
    const paused = performance.now();
    await until(() => performance.now() - paused > 800);
    stage.video.play().catch(() => {});
    await until(() => stage.observer.frozenFor() > 700);
    await server('release', stage.segment(3));
    await stage.at(3.6);
    return stage.done();
  },

  async seekOutOfStall(stage) {
    await server('hold', stage.segment(3));
    stage.hls();
    await stage.at(2);
    await until(() => stage.observer.frozenFor() > 600);
    stage.video.currentTime = 10.2;
    await stage.at(11);
    await server('release', stage.segment(3));
    return stage.done();
  },

  async seekIntoWait(stage) {
    await server('hold', stage.segment(12));
    stage.hls();
    await stage.at(2);
    stage.video.currentTime = 12.3;
    await until(() => stage.observer.frozenFor() > 900);
    await server('release', stage.segment(12));
    await stage.at(13);
    return stage.done();
  },

  /** One movement of the hand along the bar. */
  async drag(stage) {
    stage.hls();
    await stage.at(1.5);
    const from = stage.video.currentTime;
    for (let to = 4; to <= 12; to += 1) {
      const begun = performance.now();
      stage.video.currentTime = to;
      await until(() => performance.now() - begun > 60);
    }
    await stage.at(12.8);
    return stage.done({ from, to: 12 });
  },

  /** The next video takes this one's place; the page tracks it anew. */
  async replaced(stage) {
    stage.mp4();
    await stage.at(1.5);
    const first = stage.handle.sessionId;
    const truth = { ...stage.truth(), session: first };
    stage.mp4({ mediaId: 'the next one' });
    const next = stage.handle.sessionId;
    await until(() => stage.video.ended);
    if (next === first || next !== stage.handle.sessionId) throw new Error('more sessions than videos');
    return { ...truth, next };
  },

  /** The page does not call the tracker: it only loads another video. */
  async reloaded(stage) {
    stage.mp4();
    await stage.at(1);
    const first = stage.handle.sessionId;
    stage.observer.read();
    const { played } = stage.observer;
    stage.video.src = `${stage.base}/video.mp4?again`;
    await stage.video.play();
    await stage.at(1);
    return { ...stage.truth(), played, session: first, next: stage.handle.sessionId };
  },

  /** For what the test does to the page: it plays until the page is asked for the truth. */
  async plays(stage) {
    stage.hls();
    await stage.at(1.5);
    return stage.truth();
  },

  /** Two stalls in Shaka Player. */
  async shaka(stage) {
    await script('/shaka.js');
    for (const rendition of [0, 1]) await server('hold', stage.segment(4, rendition));
    stage.player = new shaka.Player();
    await stage.player.attach(stage.video);
    stage.player.configure({ streaming: { bufferingGoal: 1, rebufferingGoal: 0.1 }, abr: { enabled: false } });
    stage.handle = track(stage.video, stage.options({ shaka: stage.player }));
    stage.video.play().catch(() => {});
    await stage.player.load(`${stage.base}/master.m3u8`);
    await until(() => stage.video.currentTime > 3 && stage.observer.frozenFor() > 800);
    for (const rendition of [0, 1]) await server('release', stage.segment(4, rendition));
    await stage.at(5.5);
    return stage.done();
  },

  /** An integration that is not the tracker. */
  async literal(stage) {
    const sent = [];
    const telemetry = {
      track: event => sent.push(fetch(given.get('gateway') + '/v1/media/events', {
        method: 'POST',
        headers: { Authorization: `Bearer ${given.get('token')}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...event, timestamp: new Date().toISOString() }),
      })),
    };
    await server('hold', stage.segment(3));
    const { sessionId, stop } = integrate(stage.video, location.origin + stage.segment(0), 'literal', null, telemetry);
    stage.handle = { sessionId, end: stop };
    stage.player = new Hls({ maxBufferLength: 1, maxMaxBufferLength: 1, startLevel: 0 });
    stage.player.loadSource(`${stage.base}/master.m3u8`);
    stage.player.attachMedia(stage.video);
    stage.player.once('hlsManifestParsed', () => { stage.player.currentLevel = 0; });
    stage.video.play().catch(() => {});
    await stage.at(2);
    await until(() => stage.observer.frozenFor() > 900);
    await server('release', stage.segment(3));
    await stage.at(3.6);
    const truth = stage.done();
    await Promise.all(sent);
    return { ...truth, events: sent.length };
  },

  /** The block of the document for modules. */
  async module(stage) {
    const { playTracked } = await import('/stage/documented.js');
    stage.handle = playTracked(stage.video, `${stage.base}/master.m3u8`, stage.document());
    await stage.at(1);
    return stage.done();
  },

  /** The block of the document for other pages, which defines a global function. */
  async classic(stage) {
    await script('/tracker/kinebeam-tracker.classic.js');
    await script('/stage/documented-classic.js');
    stage.handle = playTracked(stage.video, `${stage.base}/video.mp4`, stage.document());
    await stage.at(1);
    return stage.done();
  },

  /** The tracker comes when the video plays already, as in pages that load it after they asked for consent. */
  async late(stage) {
    stage.clicked = performance.now();
    stage.video.src = `${stage.base}/video.mp4`;
    await stage.video.play();
    await stage.at(0.4);
    stage.observer.read();
    const before = stage.observer.played;
    const began = performance.now() - stage.clicked - before * 1e3; // as if it had never stood
    stage.handle = track(stage.video, stage.options({ clickedAt: stage.clicked }));
    await stage.at(1.5);
    const truth = stage.done();
    return { ...truth, began, played: truth.played - before };
  },

  /** The media is of another origin. */
  async elsewhere(stage) {
    stage.base = `http://localhost:${location.port}${stage.base}`;
    stage.hls();
    await stage.at(1);
    return stage.done();
  },
};

/** What the tracker does with answers; each finding that is wrong has the field `wrong`. */
window.sending = async () => {
  const findings = [];
  const check = (name, holds) => findings.push(holds ? { right: name } : { wrong: name });
  let count = 0;

  const ids = ({ body }) => body.events.map(({ event_id }) => event_id);
  const all = received => new Set(received.filter(({ status }) => status === 202).flatMap(ids));
  const ended = received => received.some(({ status, body }) =>
    status === 202 && body.events.some(({ event }) => event === 'session_end'));

  /** Plays a little, and waits until the receiver has had what is expected, or for so long. */
  async function sent(statuses, options = {}, act = () => {}, expected = ended, longest = 15_000) {
    const name = `receiver${count++}`;
    const stage = new Stage(name);
    stage.mp4({ endpoint: `/answers/${name}/${statuses}`, ...options });
    await stage.at(0.3);
    await act(stage);
    stage.handle.end();
    stage.video.pause();
    let received = [];
    const begun = performance.now();
    while (!expected(received) && performance.now() - begun < longest) {
      received = await (await server('received', name)).json();
    }
    return received;
  }
  let asked = 0;
  const renewed = await sent('401,202', { token: () => `token ${asked++}` });
  check('a token is asked for again after 401', asked === 2 && renewed[1].authorization === 'Bearer token 1');
  check('nothing is lost by a 401', ended(renewed) && ids(renewed[0]).every(id => all(renewed).has(id)));
  check('batches are packed', renewed.every(({ packed }) => packed));

  const refused = await sent('403,202', {}, undefined, undefined, 1500);
  check('nothing is sent after 403', refused.length === 1);

  const online = value => {
    Object.defineProperty(navigator, 'onLine', { configurable: true, value });
    if (value) dispatchEvent(new Event('online'));
  };
  online(false); // so that the first batch has all events
  const large = await sent('413,202', {}, async ({ video }) => {
    for (let i = 0; i < 6; i++) {
      video.pause();
      await video.play();
    }
    online(true);
  });
  check(`after 413 half is sent: ${large.map(({ body }) => body.events.length)}`,
    large[0].body.events.length > 10 && large[1].body.events.length === large[0].body.events.length >> 1);
  check('nothing is lost by a 413', ended(large));

  const late = await sent('503:1,202');
  const [before, after] = late.map(({ body }) => Date.parse(body.sent_at));
  check('Retry-After is kept, and sent_at is new', after - before >= 1000 && after - before < 4000);
  check('nothing is lost by a 503', ended(late) && all(late).has(ids(late[0])[0]));

  let failures = 0;
  const stubborn = await sent('202', {
    debug() { throw new Error('debug'); },
    async token() {
      if (failures++) return 'a token';
      throw new Error('token');
    },
  });
  check('errors of debug and token stop nothing', ended(stubborn) && failures === 2);
  check('what the page throws synchronously neither', ended(await sent('202', {
    token() { if (failures++ > 2) return 'a token'; throw new Error('token'); },
  })));

  for (const consent of [false, undefined, () => false, () => { throw new Error('consent'); }]) {
    const silent = await sent('202', { consent }, undefined, undefined, 1000);
    check(`nothing is sent with consent ${consent}`, silent.length === 0);
  }
  check('a function may consent', ended(await sent('202', { consent: () => true })));

  const many = await sent('202', {}, async ({ video }) => {
    for (let i = 0; i < 15; i++) {
      video.pause();
      await video.play();
    }
  });
  check('25 events are sent at once', many.some(({ body }) => body.events.length >= 25));
  const numbers = many.flatMap(({ body }) => body.events.map(({ seq }) => seq)).sort((a, b) => a - b);
  check('seq has no gaps', numbers.every((seq, i) => seq === i));
  check('track does not throw', track(null, null).end() === undefined);
  return { checked: findings.length, findings };
};

/** Plays a scene with addresses of its own, which are named by `name`. */
window.play = (scene, name = scene) => {
  const stage = window.stage = new Stage(name);
  return scenes[scene](stage).finally(() => { stage.observer.stopped = scene !== 'plays'; });
};
window.ready = true;
