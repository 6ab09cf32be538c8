// Checks an HLS presentation against RFC 8216 and its own media: `node validate.mjs MASTER`. Playlists are read by
// hls-parser in its strict mode, segments by mp4box. Prints a line for each finding, and nothing when there is none.
import HLS from 'hls-parser';
import { createFile } from 'mp4box';

HLS.setOptions({ strictMode: true });
const NOT_SYNC = 0x10000;
const MILLISECOND = 0.001;
const near = (a, b, by = MILLISECOND) => Math.abs(a - b) <= by;
const sum = numbers => numbers.reduce((a, b) => a + b, 0);

const findings = [];
const demand = (holds, place, finding) => { if (!holds) findings.push(`${place}: ${finding}`); };

async function fetched(address, type) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  demand(answer.headers.get('content-type') === type, address, `is sent as ${answer.headers.get('content-type')}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function playlist(address, place) {
  const text = new TextDecoder().decode(await fetched(address, 'application/vnd.apple.mpegurl'));
  const parsed = HLS.parse(text);
  demand(parsed.version >= 7, place, `EXT-X-VERSION ${parsed.version} has no fragmented MP4 for every player`);
  demand(parsed.independentSegments, place, 'EXT-X-INDEPENDENT-SEGMENTS is missing');
  return parsed;
}

function boxes(...parts) {
  const file = createFile();
  let at = 0;
  for (const part of parts) {
    const buffer = part.slice().buffer;
    buffer.fileStart = at;
    at += part.length;
    file.appendBuffer(buffer);
  }
  file.flush();
  return file;
}

/** A track's segments, with the times at which its media are shown, in seconds. */
async function track(address, place) {
  const list = await playlist(address, place);
  demand(list.playlistType === 'VOD' && list.endlist, place, 'is not complete');
  const maps = new Set(list.segments.map(segment => segment.map?.uri));
  demand(maps.size === 1 && !maps.has(undefined), place, 'needs one EXT-X-MAP');
  const init = await fetched(new URL([...maps][0], address), 'video/mp4');
  const { tracks: [about] } = boxes(init).getInfo();
  const skipped = about.edits?.[0]?.media_time ?? 0;
  const segments = [];
  for (const { uri, duration } of list.segments) {
    const bytes = await fetched(new URL(uri, address), 'video/iso.segment');
    segments.push({ declared: duration, bytes: bytes.length, ...media(boxes(init, bytes), about, skipped) });
  }
  return { place, target: list.targetDuration, about, segments };
}

function media(file, about, skipped) {
  const [{ mfhd, trafs: [{ tfhd, tfdt, truns: [run] }] }] = file.moofs;
  const duration = i => run.sample_duration[i] ?? tfhd.default_sample_duration;
  const decode = [];
  const shown = [];
  let at = tfdt.baseMediaDecodeTime;
  for (let i = 0; i < run.sample_count; i++) {
    decode.push(at);
    shown.push((at + (run.sample_composition_time_offset[i] ?? 0) - skipped) / about.timescale);
    at += duration(i);
  }
  const flags = run.sample_flags[0] ?? run.first_sample_flags ?? tfhd.default_sample_flags;
  return {
    number: mfhd.sequence_number,
    decode: decode[0] / about.timescale,
    decodeEnd: at / about.timescale,
    first: shown[0],
    shown: shown.sort((a, b) => a - b),
    step: duration(0) / about.timescale,
    sync: (flags & NOT_SYNC) === 0,
    get start() { return Math.max(0, this.shown[0]); },
    get end() { return this.shown.at(-1) + this.step; },
  };
}

function checkTrack({ place, target, segments }) {
  let before;
  segments.forEach((segment, i) => {
    const here = `${place}, segment ${i}`;
    demand(Math.round(segment.declared) <= target, here, `lasts ${segment.declared} s, TARGETDURATION is ${target}`);
    demand(near(segment.declared, segment.end - segment.start), here,
      `EXTINF is ${segment.declared}, its media last ${segment.end - segment.start} s`);
    demand(segment.sync && near(segment.first, segment.shown[0]), here, 'does not begin with a picture to start at');
    segment.shown.slice(1).forEach((time, k) => demand(near(time - segment.shown[k], segment.step), here,
      `has ${time - segment.shown[k]} s between two samples`));
    demand(near(segment.decode, before?.decodeEnd ?? 0), here, `is decoded from ${segment.decode} s on`);
    demand(near(segment.start, before?.end ?? 0), here, `is shown from ${segment.start} s on`);
    demand(segment.number > (before?.number ?? 0), here, `has the sequence number ${segment.number}`);
    before = segment;
  });
}

/** RFC 8216, 4.1: of neighbours that last 0.5 to 1.5 target durations together. */
function peak({ segments, target }) {
  const rates = [];
  for (let from = 0; from < segments.length; from++) {
    let bytes = 0;
    let seconds = 0;
    for (let to = from; to < segments.length && seconds <= target * 1.5; to++) {
      bytes += segments[to].bytes;
      seconds += segments[to].declared;
      if (seconds >= target / 2 && seconds <= target * 1.5) rates.push(bytes * 8 / seconds);
    }
  }
  return Math.max(average({ segments }), ...rates);
}

const average = ({ segments }) => sum(segments.map(s => s.bytes)) * 8 / sum(segments.map(s => s.declared));

function checkVariant(variant, pictures, sound) {
  const { place, about, segments: [{ step }] } = pictures;
  const codecs = [about.codec, sound.about.codec].join();
  demand(variant.codecs === codecs, place, `CODECS are ${variant.codecs}, the media have ${codecs}`);
  const { width, height } = about.video;
  const { resolution } = variant;
  demand(resolution?.width === width && resolution?.height === height, place,
    `RESOLUTION is ${resolution?.width}x${resolution?.height}, the media have ${width}x${height}`);
  demand(near(variant.frameRate, 1 / step), place, `FRAME-RATE is ${variant.frameRate}, the media have ${1 / step}`);
  const most = peak(pictures) + peak(sound);
  demand(variant.bandwidth >= most && variant.bandwidth <= most * 1.1, place,
    `BANDWIDTH is ${variant.bandwidth}, the media have ${Math.round(most)}`);
  const mean = average(pictures) + average(sound);
  demand(near(variant.averageBandwidth, mean, mean * 0.05), place,
    `AVERAGE-BANDWIDTH is ${variant.averageBandwidth}, the media have ${Math.round(mean)}`);
}

async function check(master) {
  const list = await playlist(master, 'master');
  const [sound] = list.variants[0].audio;
  demand(list.variants.every(variant => variant.audio[0]?.uri === sound?.uri), 'master', 'AUDIO differs');
  const heard = await track(new URL(sound.uri, master), 'sound');
  const seen = [];
  for (const variant of list.variants) {
    const pictures = await track(new URL(variant.uri, master), `${variant.resolution?.height} lines`);
    checkVariant(variant, pictures, heard);
    seen.push(pictures);
  }
  const bounds = ({ segments }) => segments.map(segment => segment.start.toFixed(3)).join();
  for (const one of [...seen, heard]) {
    checkTrack(one);
    demand(one.target === heard.target, one.place, `TARGETDURATION is ${one.target}, the sound's ${heard.target}`);
    const [end, first] = [one, seen[0]].map(({ segments }) => segments.at(-1).end);
    demand(near(end, first, 0.03), one.place, `ends at ${end} s, the first quality at ${first} s`);
    demand(one === heard || bounds(one) === bounds(seen[0]), one.place, 'is cut elsewhere than the first quality');
  }
}

try {
  await check(process.argv[2]);
} catch (error) {
  findings.push(`cannot be read: ${error.message}`);
}
findings.forEach(finding => console.log(finding));
