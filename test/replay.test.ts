/** A replay says what the log says, or where it first does not; a what-if decides anew. */
import test from 'ava';
import fc from 'fast-check';
import { replay } from '../actors/replay.ts';
import { rerunPages } from '../actors/rerun.ts';
import { turnsOf } from '../actors/turns.ts';
import { loadConfig } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Settings } from '../machines/settings.ts';
import { configured, settings } from './given.ts';
import { play, written, type Script } from './narrative.ts';

type Row = Recorded<Event>;

const pages = (rows: readonly Row[], cuts: readonly number[] = []) => turnsOf(cut(rows, cuts));

async function* cut(rows: readonly Row[], cuts: readonly number[]) {
  const places = [0, ...cuts.toSorted((a, b) => a - b), rows.length];
  for (const [index, from] of places.slice(0, -1).entries()) {
    yield rows.slice(from, places[index + 1]).map(written);
  }
}

/** All rows of a run anew, and where it first differs. */
const whatIf = async (recorded: readonly Row[], under: Settings) => {
  const rows: Row[] = [];
  const { divergedAt } = await rerunPages([recorded], under, (turn) => void rows.push(...turn));
  return { rows, divergedAt: divergedAt?.seq ?? null };
};

const profile = (name: string): Settings =>
  loadConfig({ env: {}, set: [], profile: name }).effective;

/** As S42: a pool 7 bps below the book all along, one buy, one sell, then silence. */
const s42: Script = {
  seconds: 602,
  amm: () => 1.419,
  fills: [
    { t: 22, side: 'buy' },
    { t: 46, side: 'sell' },
  ],
};
const session = play(s42);
const quiet = play({ seconds: 120, amm: () => 1.42 });

const halt = (rows: readonly Row[]) => {
  const found = rows.flatMap(({ event, at }) => (event.type === 'halt' ? [{ ...event, at }] : []));
  if (found.length !== 1) throw new Error(`${found.length} halts`);
  return found[0];
};
const first = (rows: readonly Row[], type: Event['type']): Row => {
  const found = rows.find(({ event }) => event.type === type);
  if (!found) throw new Error(`no ${type}`);
  return found;
};
const changed = (rows: readonly Row[], seq: number, event: Event): readonly Row[] =>
  rows.map((row) => (row.seq === seq ? { ...row, event } : row));

test('the same inputs say the same, to the last row', async (t) => {
  t.true(session.length > 1000);
  t.deepEqual(await replay(pages(session), settings), {
    events: session.length,
    divergence: null,
  });
});

test('the log may be read in any pages', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(quiet.length), { maxLength: 12 }), async (cuts) => {
      const replayed = await replay(pages(quiet, cuts), settings);
      return replayed.divergence === null && replayed.events === quiet.length;
    }),
    { numRuns: 15 },
  );
  t.pass();
});

test('another rule diverges at the first decision that it changes', async (t) => {
  const { divergence } = await replay(pages(quiet), configured('strategy.bid_offset_bps=11'));
  t.is(divergence?.seq, first(quiet, 'quote.decided').seq);
  t.is(divergence?.expected?.event.type, 'quote.decided');
  t.is(divergence?.got?.event.type, 'quote.decided');
});

test('a changed input diverges at the first decision that it moves', async (t) => {
  const { seq, event } = first(quiet, 'market.read');
  if (event.type !== 'market.read') throw new Error('no read');
  const asks = [{ price: '1.43', drops: '1', rlusd: '1', own: false }];
  const { divergence } = await replay(pages(changed(quiet, seq, { ...event, asks })), settings);
  t.is(divergence?.seq, first(quiet, 'market.observed').seq);
});

test('a decision that was changed, dropped or added is found at its place', async (t) => {
  const { seq } = first(quiet, 'quote.decided');
  const at = async (rows: readonly Row[]) => (await replay(pages(rows), settings)).divergence?.seq;
  const row = quiet[seq - 1] as Row;
  t.is(await at(quiet.with(seq - 1, { ...row, cause: row.cause + 1 })), seq);
  t.is(await at(quiet.with(seq - 1, { ...row, actor: 'someone' })), seq);
  t.is(await at(quiet.toSpliced(seq - 1, 1)), seq + 1);
  const end = quiet.at(-1) as Row;
  const more: Row = { ...end, kind: 'decision', seq: end.seq + 1 };
  const { divergence } = await replay(pages([...quiet, more]), settings);
  t.deepEqual(divergence, { seq: end.seq + 1, expected: more, got: null });
});

test('what was recorded up to anywhere replays up to there', async (t) => {
  const ends = session.flatMap(({ kind }, index) => (kind === 'input' && index > 0 ? [index] : []));
  for (const length of [ends[3], ends[200], ends.at(-1)]) {
    const { divergence } = await replay(pages(session.slice(0, length)), settings);
    t.is(divergence, null);
  }
});

test('a replay up to an event in the middle of a turn compares up to it', async (t) => {
  const middle = session.flatMap(({ kind, seq }) => (kind === 'decision' ? [seq - 1] : []));
  for (const until of middle.slice(0, 200)) {
    const { divergence } = await replay(pages(session.slice(0, until)), settings, { until });
    t.is(divergence, null);
  }
  const { seq } = first(quiet, 'quote.decided');
  const wrong = configured('strategy.bid_offset_bps=11');
  const upTo = async (until: number) =>
    (await replay(pages(quiet.slice(0, until)), wrong, { until })).divergence?.seq;
  t.is(await upTo(seq - 1), undefined);
  t.is(await upTo(seq), seq);
});

test('a what-if with the same settings decides the same', async (t) => {
  const { rows, divergedAt } = await whatIf(session, settings);
  t.is(divergedAt, null);
  t.deepEqual({ ...halt(rows), event: 0 }, { ...halt(session), event: 0 });
});

test('S42 with the old policies: ended 300 s after the anchor’s trip, by the anchor', async (t) => {
  t.is(halt(session)?.reason, 'duration_elapsed');
  const { rows, divergedAt } = await whatIf(session, profile('legacy-s42'));
  const tripped = first(rows, 'guard.tripped');
  t.like(tripped.event, { guard: 'anchor_saturation' });
  const end = halt(rows);
  t.like(end, {
    reason: 'degraded_timeout',
    source: 'anchor_saturation',
    detail: 'degraded_timeout_exceeded_300s',
    standing: ['directional_drift'],
  });
  t.is((end?.at ?? 0) - tripped.at, 300_000);
  t.is(divergedAt, first(session, 'guard.tripped').seq, 'the deadline is the first difference');
});

test('the other way about: the session that the old policies ended runs out of record', async (t) => {
  const old = play({ ...s42, profile: 'legacy-s42' });
  t.is(halt(old)?.reason, 'degraded_timeout');
  const { rows } = await whatIf(old, settings);
  t.like(halt(rows), { reason: 'replay_exhausted', source: 'replay' });
});

test('another threshold: the anchor never trips, and what followed from it is gone', async (t) => {
  const { rows, divergedAt } = await whatIf(
    session,
    configured('guards.anchor_saturation.bias_threshold_bps=9'),
  );
  const trips = rows.flatMap(({ event }) => (event.type === 'guard.tripped' ? [event.guard] : []));
  t.deepEqual(trips, ['directional_drift']);
  t.is(divergedAt, first(session, 'guard.tripped').seq);
});

test('in a what-if orders, fills and inventory stay as recorded', async (t) => {
  const kept = (rows: readonly Row[]): readonly string[] =>
    rows.flatMap(({ actor, event }) =>
      actor === 'inventory' || actor === 'execution' ? [JSON.stringify(event)] : [],
    );
  const { rows } = await whatIf(
    session,
    configured('guards.anchor_saturation.bias_threshold_bps=9'),
  );
  const upToItsEnd = kept(session.filter(({ at }) => at <= (halt(rows)?.at ?? 0)));
  t.true(upToItsEnd.length > 50);
  t.true(kept(rows).join() === upToItsEnd.slice(0, kept(rows).length).join());
  t.true(kept(rows).length >= upToItsEnd.length - 2, 'all but the closing');
});
