/** The one true sentence in every mode, for every guard and every end. */
import test from 'ava';
import { loadConfig } from '../config.ts';
import type { Event } from '../events/event.ts';
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { MarketObserved } from '../events/market.ts';
import type { QuoteDecided } from '../events/quote.ts';
import { sentence } from '../projections/sentence.ts';
import { apply, empty, type SessionState } from '../projections/session.ts';
import { evaluated, fact, recorded } from './recorded.ts';
import { opened, play, start } from './narrative.ts';
import { signed, submit } from './story.ts';

type Timed = readonly [seconds: number, event: Event];

const begun = (profile = 'default', set: readonly string[] = []): readonly Timed[] => {
  const { effective, layers } = loadConfig({ profile, env: {}, set });
  const config = { layers, effective } as never;
  return [
    [0, { ...opened, config, plannedSeconds: 7200 }],
    [0, { type: 'session.started', plannedEndAt: 7_200_000 }],
  ];
};

const fold = (...events: readonly Timed[]): SessionState => recorded(events).reduce(apply, empty);

const observed = (missing: MarketObserved['missing']): Event => ({
  type: 'market.observed',
  tick: 0,
  ledger: 1,
  closeTime: 1,
  bestBid: null,
  bestAsk: null,
  mid: missing === null ? '1.42' : null,
  amm: null,
  anchorErrorBps: null,
  missing,
});

const decided = (bid: boolean, ask: boolean): QuoteDecided => ({
  type: 'quote.decided',
  tick: 0,
  bid: bid ? { price: '1.41', rlusd: '15' } : null,
  ask: ask ? { price: '1.43', rlusd: '15' } : null,
  reference: '1.42',
  referenceIs: 'mid',
  skewBps: 0,
  driftPct: 0,
  withheld: { bid: bid ? null : 'funds', ask: ask ? null : 'momentum' },
});

/** A guard trips at 10 s and stands in this way. */
const standing = (
  guard: GuardId,
  more: Partial<GuardFact>,
  options: Readonly<{ profile?: string; deadlineAt?: number; later?: readonly Timed[] }> = {},
): SessionState =>
  fold(
    ...begun(options.profile),
    [10, evaluated(1, guard, more)],
    [
      10,
      {
        type: 'guard.tripped',
        guard,
        episode: 1,
        fact: fact(more),
        deadlineAt: options.deadlineAt ?? null,
      },
    ],
    [10, { type: 'mode.changed', mode: 'DEGRADED', causes: [guard] }],
    ...(options.later ?? []),
  );

const halt = (more: Partial<Extract<Event, { type: 'halt' }>> = {}): Event => ({
  type: 'halt',
  reason: 'duration_elapsed',
  source: 'session',
  detail: 'planned end after 7200 s',
  event: 1,
  standing: [],
  ...more,
});

const ended: Event = {
  type: 'session.ended',
  outcome: 'nothing_left',
  proof: { ledger: 9 },
  left: [],
  untilMs: null,
};

test('OK says since when, and that it quotes', (t) => {
  const state = fold(...begun(), [0, observed(null)], [0, decided(true, true)]);
  t.is(sentence(1, state, 41_000), 'OK for 41 s: quoting');
});

test('OK does not claim to quote what it does not', (t) => {
  const after = (...events: readonly Timed[]) => sentence(1, fold(...begun(), ...events), 5000);
  t.is(after(), 'OK for 5 s: waiting for the first tick');
  t.is(after([0, observed('no_bid')]), 'OK for 5 s: not quoting, the book has no bid');
  t.is(
    after([0, observed(null)], [0, decided(true, false)]),
    'OK for 5 s: quoting the bid alone (ask: momentum)',
  );
  t.is(
    after([0, observed(null)], [0, decided(false, false)]),
    'OK for 5 s: not quoting (bid: funds, ask: momentum)',
  );
});

test('back in OK it does not claim the quotes of before', (t) => {
  const changed = (mode: 'OK' | 'DEGRADED'): Event => ({ type: 'mode.changed', mode, causes: [] });
  const quoted: readonly Timed[] = [
    [0, observed(null)],
    [0, decided(true, true)],
  ];
  const back = fold(...begun(), ...quoted, [4, changed('DEGRADED')], [8, changed('OK')]);
  t.is(sentence(1, back, 8000), 'OK for 0 s: no quote decided yet');
});

test('a session that only records says so', (t) => {
  const recording = fold(...begun('default', ['strategy.enabled=false']), [0, observed(null)]);
  t.is(sentence(1, recording, 8000), 'OK for 8 s: recording, without quotes');
});

test('before the checks of the start have passed it says so', (t) => {
  const [first] = begun();
  t.regex(sentence(1, fold(first as Timed), 3000), /^opening for 3 s: waiting for the ledger/);
});

const anchor = { operands: { meanBps: -7.903, sharePct: 100, samples: 25, window: 25 } };

test('a cause has its operands against the thresholds and its progress', (t) => {
  t.is(
    sentence(1, standing('anchor_saturation', anchor), 144_000),
    'DEGRADED for 2m14s: anchor_saturation (mean −7.9 bps, share 100 %; needs |mean| < 4.0 and share < 30 %, 0/30 ticks); no deadline',
  );
});

test('rounding never hides on which side of its limit an operand lies', (t) => {
  const near = { operands: { ...anchor.operands, meanBps: -4.004, sharePct: 29.9 } };
  const said = sentence(1, standing('anchor_saturation', near), 20_000);
  t.true(said.includes('mean −4.004 bps, share 29.9 %'), said);
});

test('a guard that recovers says how many ticks are there and how long the rest takes at best', (t) => {
  const drift = { condition: 'C', operands: { side: 'sell', ticksWithoutOpposing: 15 } };
  const later: readonly Timed[] = [
    [14, { type: 'guard.recovering', guard: 'directional_drift', count: 12, needed: 30 }],
  ];
  t.is(
    sentence(1, standing('directional_drift', drift, { later }), 144_000),
    'DEGRADED for 2m14s: directional_drift C (15 ticks without a buy; ends with 30 quiet ticks, 12/30, at best in 1m12s; episode 1 of 3); no deadline',
  );
});

test('a guard that cools says when it is asked again', (t) => {
  const drift = { condition: 'A', operands: { side: 'buy', sameSideFills: 3 } };
  const later: readonly Timed[] = [
    [10, { type: 'guard.cooled', guard: 'directional_drift', untilTick: 121 }],
    [170, evaluated(41, 'directional_drift', drift)],
  ];
  t.regex(
    sentence(1, standing('directional_drift', drift, { later }), 170_000),
    /3 buys within 30 s; ends with 30 quiet ticks, not asked for 80 more ticks \(5m20s\)/,
  );
});

test('a deadline is said with the time that is left, and a recovery that is switched off is said', (t) => {
  const state = standing('anchor_saturation', anchor, {
    profile: 'legacy-s42',
    deadlineAt: 310_000,
  });
  t.is(
    sentence(1, state, 144_000),
    'DEGRADED for 2m14s: anchor_saturation (mean −7.9 bps, share 100 %; its recovery is switched off; HALT in 2m46s)',
  );
});

test('every guard has words for what it sees and what ends it', (t) => {
  const said = (guard: GuardId, more: Partial<GuardFact>) =>
    sentence(1, standing(guard, more), 20_000);
  t.regex(
    said('wallet_truth', {
      condition: 'trip',
      operands: { deltaXrp: '-7.3', deltaRlusd: '0', unverified: 0 },
    }),
    /books − wallet = −7\.3 XRP and 0 RLUSD; ends with a check within ±5\.0 XRP and ±10\.0 RLUSD; next check in 40 s/,
  );
  t.regex(
    said('wallet_truth', { condition: 'unverified', operands: { unverified: 3 } }),
    /3 wallet checks in a row could not be made/,
  );
  t.regex(
    said('directional_drift', { condition: 'B', operands: { side: 'buy', netRlusd: 52.1 } }),
    /directional_drift B \(net \+52\.10 RLUSD; ends with \|net\| < 50 and 30 quiet ticks, 0\/30/,
  );
  t.regex(
    said('order_integrity', { operands: { unknown: 1, first: 'a-bid-1' } }),
    /1 order of unknown fate; ends when the ledger accounts for every order/,
  );
  t.regex(
    said('ledger_connection', { operands: { gateway: 'stale', why: 'no ledger for 12 s' } }),
    /gateway stale: no ledger for 12 s; ends when it is ready and its gap filled/,
  );
  const frozen = { found: 'global freeze', trip: 159 };
  t.regex(
    sentence(3, standing('issuer', { condition: 'global freeze', operands: frozen }), 20_000),
    /issuer \(global freeze; ends when undone, or acknowledged with neo acknowledge 3 159 --note TEXT\)/,
  );
});

test('the corridor names the mid and the deposit that would bring it back, rounded to the safe side', (t) => {
  const said = (condition: string | null, operands: GuardFact['operands']) =>
    sentence(1, standing('inventory_corridor', { condition, operands }), 20_000);
  t.regex(
    said('xrp_high', { xrpPct: 78.2, rlusd: 40, midBack: 1.321109, depositRlusd: 12.301 }),
    /XRP share 78\.2 %, 40\.00 RLUSD; needs 75 % or less: ends at a mid of 1\.32110 or less, or with a deposit of 12\.31 RLUSD, 0\/3 ticks/,
  );
  t.regex(
    said('xrp_low', { xrpPct: 21, rlusd: 90, midBack: 1.321101, depositXrpValueRlusd: 5 }),
    /ends at a mid of 1\.32111 or more, or with a deposit of XRP worth 5\.00 RLUSD/,
  );
  t.regex(
    said('floor', { xrpPct: 60, rlusd: 25.1, depositRlusd: 4.9 }),
    /ends with a deposit of 4\.90 RLUSD, to 30 RLUSD or more/,
  );
  t.regex(said(null, { xrpPct: 60, rlusd: 35 }), /inside again/);
});

test('both causes of S42 stand in the order of their trips, until the second has gone', (t) => {
  const rows = play({
    seconds: 602,
    amm: () => 1.418949,
    fills: [
      { t: 24, side: 'buy' },
      { t: 48, side: 'sell' },
    ],
  });
  const at = (seconds: number) => {
    const instant = start + seconds * 1000;
    return sentence(1, rows.filter((row) => row.at <= instant).reduce(apply, empty), instant);
  };
  t.regex(
    at(212),
    /^DEGRADED for 1m56s: anchor_saturation \(.*0\/30 ticks\), directional_drift C \(41 ticks without a buy; .*26\/30, at best in 16 s/,
  );
  t.regex(at(230), /^DEGRADED for 2m14s: anchor_saturation \([^,]*, share[^)]*\); no deadline$/);
  t.is(
    at(700),
    'ended after 10m02s: duration_elapsed; DEGRADED for the last 8m26s: anchor_saturation',
  );
});

test('HALT says since when, by whom, with which numbers, and what else stood', (t) => {
  const mode: Event = { type: 'mode.changed', mode: 'HALT', causes: [] };
  t.is(
    sentence(
      1,
      fold(
        ...begun(),
        [
          5,
          halt({
            reason: 'risk_xrp_exposure',
            source: 'limits',
            detail: 'xrp exposure limit (115.20 > 100.0)',
          }),
        ],
        [5, mode],
        [9, ended],
      ),
      99_000,
    ),
    'HALT since 1970-01-01 00:00:05Z: risk_xrp_exposure (xrp exposure limit (115.20 > 100.0))',
  );
  const timeout = halt({
    reason: 'degraded_timeout',
    source: 'anchor_saturation',
    detail: 'degraded_timeout_exceeded_300s',
    standing: ['ledger_connection'],
  });
  t.is(
    sentence(
      1,
      standing('anchor_saturation', anchor, {
        later: [
          [310, timeout],
          [314, ended],
        ],
      }),
      0,
    ),
    'HALT since 1970-01-01 00:05:10Z: degraded_timeout of anchor_saturation (degraded_timeout_exceeded_300s); ledger_connection stood too',
  );
});

test('a session that ended at once has lasted less than a second, and not 0 s', (t) => {
  const state = fold(...begun(), [0.3, halt()], [4, ended]);
  t.regex(sentence(1, state, 5000), /^ended after less than 1 s: duration_elapsed/);
});

test('a planned end is said as such', (t) => {
  t.is(
    sentence(1, fold(...begun(), [7200, halt()], [7204, ended]), 9_999_000),
    'ended after 2h00m00s: duration_elapsed',
  );
});

test('an end that is not yet proven says that it is closing, and orders that were left are said', (t) => {
  t.regex(sentence(1, fold(...begun(), [7200, halt()]), 7_201_000), /duration_elapsed; closing$/);
  const left: Event = {
    ...ended,
    outcome: 'left_to_expire',
    proof: null,
    left: ['a-bid-1'],
    untilMs: 7_290_000,
  };
  t.regex(
    sentence(1, fold(...begun(), [7200, halt()], [7204, left]), 0),
    /; 1 order left to expire by 02:01:30Z$/,
  );
});

test('a session that died lasted until its silence began', (t) => {
  const closed: Event = { type: 'session.closed_by_next', uuid: 'u', silentMs: 41_000 };
  t.is(
    sentence(1, fold(...begun(), [60, { type: 'tick', index: 15 }], [101, closed]), 0),
    'ended after 1m00s: unexpected_halt (the log was silent for 41 s)',
  );
});

test('a session without an end that nobody writes has died: since when, what it was, what could trade, who settles it', (t) => {
  const bid = submit('a-bid-1', 8, { expiration: 7_260 });
  const dead = sentence(1, fold(...begun(), [60, bid]), 0, false);
  t.regex(
    dead,
    /^died: nobody writes this log since 1970-01-01 00:01:00Z, when it was OK for 1m00s: .*; nothing of it was known to rest; the next start closes and settles it$/,
  );
  const rests: Event = {
    type: 'order.resting',
    order: 'a-bid-1',
    hash: 'H',
    drops: '1000000',
    rlusd: '1.4',
    ledger: 100,
  };
  t.regex(
    sentence(1, fold(...begun(), [60, bid], [60, signed(8, 'H')], [61, rests]), 0, false),
    /; 1 order known to rest, which could trade until 02:01:20Z; the next start/,
  );
  const closing = sentence(1, fold(...begun(), [7200, halt()]), 0, false);
  t.regex(closing, /; closing; it died before that was done: nobody writes this log since /);
});

test('what has an end says the same, whoever writes the log', (t) => {
  const state = fold(...begun(), [7200, halt()], [7204, ended]);
  t.is(sentence(1, state, 0, false), sentence(1, state, 0));
});
