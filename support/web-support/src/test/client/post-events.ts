// Posts each of the eleven events, alone and as a beacon, with the client that was generated from the document.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

type Schemas = components['schemas'];
type Event = Schemas['Event'];
type EventOf<T extends Event['event']> = Extract<Event, { event: T }>;

const [address, token] = process.argv.slice(2);
if (!address || !token) throw new Error('usage: post-events ADDRESS TOKEN');

const session_id = '0b0b0b0b-1111-4222-8333-555555555555';
const began = Date.parse('2026-11-21T10:00:00.000Z');
const head = (second: number) => ({ session_id, timestamp: new Date(began + second * 1000).toISOString(), seq: second });

// Has an entry for every type of event, each with the data of its own type, or does not compile.
const events: { [T in Event['event']]: EventOf<T> } = {
  session_start: { ...head(0), event: 'session_start', media_id: 'media-1', data: { ttfb_ms: 120, video_load_time_ms: 640, initial_resolution: '720p', rtt_ms: null } },
  play: { ...head(1), event: 'play', data: { position_seconds: 0, is_resume: false } },
  buffering_start: { ...head(2), event: 'buffering_start', data: { position_seconds: 1, bitrate_before: 2_000_000 } },
  buffering_end: { ...head(3), event: 'buffering_end', data: { position_seconds: 1, duration_ms: 900, recovered: true } },
  quality_change: { ...head(4), event: 'quality_change', data: { from_resolution: '720p', to_resolution: '360p', reason: 'bandwidth_decrease' } },
  heartbeat: { ...head(5), event: 'heartbeat', data: { position_seconds: 3, watched_duration_seconds: 3, error_types: [] } },
  seek: { ...head(6), event: 'seek', data: { from_seconds: 4, to_seconds: 8 } },
  milestone: { ...head(7), event: 'milestone', data: { milestone_percent: 25, position_seconds: 9 } },
  error: { ...head(8), event: 'error', data: { error_code: 'MEDIA_ERR_DECODE', is_fatal: false } },
  pause: { ...head(9), event: 'pause', data: { position_seconds: 10 } },
  session_end: { ...head(10), event: 'session_end', data: { status: 'abandoned', final_position_seconds: 10 } },
};

// @ts-expect-error a pause has no from_seconds
export const misplaced: Event = { ...head(0), event: 'pause', data: { from_seconds: 1 } };
// @ts-expect-error there is no such event
export const unknown: Event = { ...head(0), event: 'rewind' };
// @ts-expect-error a milestone is 25, 50, 75 or 95
export const between: Event = { ...head(0), event: 'milestone', data: { milestone_percent: 30 } };

const client = createClient<paths>({ baseUrl: address });
const headers = { Authorization: `Bearer ${token}` };

for (const event of Object.values(events)) {
  const { data, error, response } = await client.POST('/v1/media/events', { headers, body: event });
  if (!data) throw new Error(`${event.event}: ${response.status} ${JSON.stringify(error)}`);
  if (data.accepted !== 1 || data.warnings.length > 0) throw new Error(`${event.event}: ${JSON.stringify(data)}`);
  console.log(event.event);
}

const beacon: Schemas['Beacon'] = { token, sent_at: new Date().toISOString(), events: Object.values(events) };
const sent = await client.POST('/v1/media/events', {
  headers: { 'Content-Type': 'text/plain' },
  body: JSON.stringify(beacon),
  bodySerializer: body => body as string,
});
if (sent.data?.accepted !== 11) throw new Error(`beacon: ${sent.response.status} ${JSON.stringify(sent.error)}`);
console.log('beacon');
