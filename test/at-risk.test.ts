/** What a dead engine could still trade: signed and not final, until its Expiration; the bound it states, and the line that says both. */
import test from 'ava';
import { format } from '../ledger/decimal.ts';
import { ledgerSeconds, unixMs } from '../ledger/time.ts';
import { atRisk, riskLine, slackSeconds, tradableUntil } from '../projections/at-risk.ts';
import { document } from '../projections/document.ts';
import { summary } from '../projections/report.ts';
import { apply, empty, type SessionState } from '../projections/session.ts';
import type { Event } from '../events/event.ts';
import { opened } from './given.ts';
import { submit, ten } from './given-transaction.ts';

const signed = (sequence: number): Event => ({
  type: 'transaction.signed',
  intent: sequence,
  blob: 'B',
  hash: `H${sequence}`,
  sequence,
  lastLedger: 104,
});
const rests = (sequence: number): Event => ({
  type: 'order.resting',
  order: `bid-${sequence}`,
  hash: `H${sequence}`,
  ...ten,
  ledger: 101,
});

const after = (...events: readonly Event[]): SessionState =>
  events.reduce(
    (state, event, index) =>
      apply(state, {
        seq: index + 1,
        turn: 1,
        at: unixMs(400),
        kind: 'input',
        actor: 'world',
        v: 1,
        cause: 0,
        event,
      }),
    empty,
  );

const risk = (state: SessionState, at = 400): readonly [string, number | null] => {
  const { rlusd, until } = atRisk(state.orders, unixMs(at));
  return [format(rlusd), until === null ? null : ledgerSeconds(until) - slackSeconds];
};

test('what was only intended never left; what was signed counts until it is final', (t) => {
  t.deepEqual(risk(after(opened, submit(7))), ['0', null]);
  t.deepEqual(risk(after(opened, submit(7), signed(7))), ['14.2', 460]);
  t.deepEqual(risk(after(opened, submit(7), signed(7), rests(7))), ['14.2', 460]);
  const cancelled: Event = { type: 'order.cancelled', order: 'bid-7', hash: 'C', why: 'cancelled' };
  t.deepEqual(risk(after(opened, submit(7), signed(7), rests(7), cancelled)), ['0', null]);
});

test('a replace and what it replaces both count, a part that was filled does not', (t) => {
  const replace = submit(9, { replaces: 'bid-7', expiration: 500 });
  const both = [opened, submit(7), signed(7), rests(7), replace, signed(9)] as const;
  t.deepEqual(risk(after(...both)), ['28.4', 500]);
  const part: Event = {
    type: 'order.partially_filled',
    order: 'bid-7',
    hash: 'T',
    drops: '4000000',
    rlusd: '5.68',
  };
  t.deepEqual(risk(after(...both, part)), ['19.88', 500]);
  const shorter = submit(9, { replaces: 'bid-7', expiration: 430 });
  const all = [opened, submit(7), signed(7), rests(7), shorter, signed(9)] as const;
  t.deepEqual(risk(after(...all)), ['28.4', 460]);
});

test('twenty seconds past its Expiration it counts no more, nor where a cancel has proven that it is gone', (t) => {
  const state = after(opened, submit(7), signed(7), rests(7));
  t.deepEqual(risk(state, 479), ['14.2', 460]);
  t.deepEqual(risk(state, 480), ['0', null]);
  const missed: Event = {
    type: 'order.cancel_missed',
    order: 'bid-7',
    hash: 'C',
    result: 'tesSUCCESS',
  };
  t.deepEqual(risk(after(opened, submit(7), signed(7), rests(7), missed)), ['0', null]);
});

test('the line says the bound of the manifest and what there is now', (t) => {
  t.is(riskLine(empty), null);
  t.is(
    riskLine(after(opened)),
    'could trade after a death: at most 78 RLUSD within 60 s; now: nothing',
  );
  t.regex(
    riskLine(after(opened, submit(7), signed(7))) ?? '',
    /now: at most 14\.2 RLUSD until 2000-01-01T/,
  );
});

test('until when what an end has left can trade is one instant, also where what would have stood longer is gone', (t) => {
  const filled: Event = { type: 'order.filled', order: 'bid-9', hash: 'T' };
  const untilMs = tradableUntil(500);
  const left = ['bid-7'];
  const end = { type: 'session.ended', outcome: 'left_to_expire', proof: null, left, untilMs };
  const both = [submit(7), signed(7), rests(7), submit(9, { expiration: 500 }), signed(9)];
  const state = after(opened, ...both, rests(9), filled, end as Event);
  const page = summary(document(state, { session: 1, lastHash: '' }), riskLine(state));
  t.regex(page, / 1 order left to expire by 00:08:40Z\n.* until \S+T00:08:40\.000Z \(/);
});

test('the line and the summary tell what is known to rest from what is signed and not final', (t) => {
  const rested = [opened, submit(7), signed(7), rests(7)] as const;
  const replace = [submit(9, { replaces: 'bid-7', expiration: 500 }), signed(9)] as const;
  const line = (...events: readonly Event[]) => riskLine(after(...events)) ?? '';
  t.regex(line(...rested), /14\.2 RLUSD until \S+Z \(1 known to rest\)$/);
  t.regex(
    line(...rested, ...replace),
    /28\.4 RLUSD .* \(1 known to rest, 1 signed and not final\)$/,
  );
  const left = ['bid-7', 'bid-9'];
  const end = {
    type: 'session.ended',
    outcome: 'left_to_expire',
    proof: null,
    untilMs: tradableUntil(500),
  } as const;
  const page = (...events: readonly Event[]): string => {
    const state = after(...events);
    return summary(document(state, { session: 1, lastHash: '' }), riskLine(state));
  };
  const half = page(...rested, ...replace, { ...end, left });
  t.regex(
    half,
    / 2 orders left to expire by \S+\n.* \(1 known to rest, 1 signed and not final\)\n/,
  );
  t.regex(
    page(...rested, ...replace),
    / 1 known to rest, 1 signed and not final\n.* \(1 known to rest, 1 signed and not final\)\n/,
  );
  const none = page(opened, submit(7), signed(7), { ...end, left: ['bid-7'] });
  t.regex(
    none,
    / 1 order left to expire by \S+\n.* \(none is known to rest, 1 signed and not final\)\n/,
  );
});
