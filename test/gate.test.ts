/** The gate: each question answered with go and with no-go from evidence given by hand. */
import test from 'ava';
import type { Evidence, Past } from '../commands/gate/evidence.ts';
import { answers, type Asking } from '../commands/gate/questions.ts';
import { loadConfig } from '../config.ts';
import type { Event } from '../events/event.ts';
import type { GuardId } from '../events/guard.ts';
import type { Halt, HaltReason } from '../events/halt.ts';
import { apply, noConduct } from '../projections/conduct.ts';
import { noInventory } from '../projections/inventory.ts';
import { noLegacy } from '../projections/legacy.ts';
import { opened } from './given.ts';
import { fact, recorded } from './recorded.ts';

const { flat, effective } = loadConfig({ env: {}, set: [] });

const halted = (reason: HaltReason): Halt => ({
  type: 'halt',
  reason,
  source: 'session',
  detail: '',
  event: 1,
  standing: [],
});

const compared: Evidence['compared'] = {
  type: 'truth.checked',
  source: 'shutdown',
  status: 'ok',
  ledger: 9,
  internal: { drops: '1', rlusd: '1' },
  chain: { drops: '1', rlusd: '1' },
  deltaDrops: '0',
  deltaRlusd: '0',
  note: '',
};

const clean: Past = {
  ...noConduct,
  session: 4,
  opened: { ...opened, config: { layers: {}, effective: effective as never } },
  started: true,
  halt: halted('duration_elapsed'),
  ended: {
    type: 'session.ended',
    outcome: 'nothing_left',
    proof: { ledger: 9 },
    left: [],
    untilMs: null,
  },
  truth: compared,
};

const good: Evidence = {
  legacy: noLegacy,
  traded: [clean],
  compared,
  verdict: { intact: true, sessions: 1, events: 10, lastHash: 'ab' },
  backup: '/x/neo.db.backups/1.db',
};

/** The checks that fail. */
const failing = (evidence: Partial<Evidence>, asking: Partial<Asking> = {}): readonly string[] =>
  answers({ flat, note: null, starting: false, ...asking, evidence: { ...good, ...evidence } })
    .filter(({ pass }) => !pass)
    .map(({ check }) => check);
const past = (given: Partial<Past>): Partial<Evidence> => ({ traded: [{ ...clean, ...given }] });
const died = past({ closedByNext: true, ended: null, halt: halted('unexpected_halt') });

test('after a clean session all lines pass, and so they do on a new database', (t) => {
  t.deepEqual(failing({}), []);
  t.deepEqual(failing({ traded: [], backup: null }), []);
  t.is(answers({ flat, note: null, starting: false, evidence: good }).length, 10);
});

test('each line fails by its own evidence alone', (t) => {
  t.deepEqual(failing({ legacy: { ...noLegacy, killLatched: { note: 'x' } } }), ['kill switch']);
  t.deepEqual(failing(past({ halt: halted('risk_stale_ledger') })), ['clean end']);
  t.deepEqual(failing(past({ halt: halted('kill_switch') })), [], 'the latch looks after that');
  t.deepEqual(failing({ compared: null }), ['truth']);
  t.deepEqual(failing({ compared: { ...compared, status: 'trip' } }), ['truth']);
  const drift = { uuid: 'u', session: 4, seq: 7 };
  t.deepEqual(failing({ legacy: { ...noLegacy, driftUnacknowledged: drift } }), ['truth']);
  const tripped = { seq: 7, what: 'wallet_truth tripped', guard: 'wallet_truth' } as const;
  t.deepEqual(failing(past({ errors: [tripped] })), ['errors']);
  const broken = { intact: false, session: 4, seq: 7, sentence: 'damaged' } as const;
  t.deepEqual(failing({ verdict: broken }), ['log']);
  t.deepEqual(failing({ backup: null }), ['backup']);
});

test('a changed configuration passes where it is explained, and immaterial keys do not count', (t) => {
  const wider = loadConfig({ env: {}, set: ['strategy.bid_offset_bps=11'] }).flat;
  t.deepEqual(failing({}, { flat: wider }), ['configuration']);
  t.deepEqual(failing({}, { flat: wider, note: 'wider' }), []);
  const longer = loadConfig({ env: {}, set: ['engine.duration_seconds=60', 'inspector.port=1'] });
  t.deepEqual(failing({}, { flat: longer.flat }), []);
});

test('books and wallet apart at the end are one question, and whoever answers it has answered for the wallet checks before', (t) => {
  const tripped = { seq: 7, what: 'wallet_truth tripped', guard: 'wallet_truth' } as const;
  const unknown = { seq: 5, what: 'order_integrity tripped', guard: 'order_integrity' } as const;
  const drifted = past({ drifted: true, errors: [tripped] });
  const legacy = { ...noLegacy, driftUnacknowledged: { uuid: 'u', session: 4, seq: 9 } };
  t.deepEqual(failing({ ...drifted, legacy }), ['truth', 'errors']);
  t.deepEqual(failing(drifted), []);
  t.deepEqual(failing(past({ drifted: true, errors: [unknown, tripped] })), ['errors']);
});

test('a wallet that the next start adopts is no difference any more', (t) => {
  const trip = { ...compared, status: 'trip' } as const;
  const realign = { ...noLegacy, inventory: { ...noInventory, realign: true } };
  t.deepEqual(failing({ compared: trip, legacy: realign }), []);
});

test('a session that died is clean when a start has closed it, for the gate as for every start', (t) => {
  t.deepEqual(failing(died), []);
  t.deepEqual(failing(died, { starting: true }), []);
  t.deepEqual(failing(past({ ended: null, halt: null })), ['clean end', 'shutdown']);
});

test('so many clean sessions in a row, under the same profile and not against advice', (t) => {
  const three = loadConfig({ env: {}, set: ['gate.clean_sessions=3'] }).flat;
  const told = { flat: three };
  t.deepEqual(failing({}, told), ['clean sessions']);
  t.deepEqual(failing({ traded: [clean, clean, clean] }, told), []);
  const advised: Past = { ...clean, opened: clean.opened && { ...clean.opened, override: 'x' } };
  t.deepEqual(failing({ traded: [clean, advised, clean] }, told), ['clean sessions']);
  t.deepEqual(failing({ traded: [clean, clean, clean] }, { flat: { ...three, profile: 'demo' } }), [
    'clean sessions',
  ]);
});

const conduct = (...events: readonly Event[]) =>
  recorded(events.map((event) => [0, event] as const)).reduce(apply, noConduct);

test('a trip of truth or of order integrity is an error; of what the market does it is none', (t) => {
  const errors = (guard: GuardId) =>
    conduct({ type: 'guard.tripped', guard, episode: 1, fact: fact(), deadlineAt: null }).errors;
  t.like(errors('wallet_truth'), [{ what: 'wallet_truth tripped', guard: 'wallet_truth' }]);
  t.like(errors('order_integrity'), [{ what: 'order_integrity tripped' }]);
  t.deepEqual(errors('anchor_saturation'), []);
});

test('the last event of a session that died is that before the silence', (t) => {
  const closed: Event = { type: 'session.closed_by_next', uuid: 'u', silentMs: 1_000 };
  t.is(conduct(opened, { type: 'tick', index: 0 }).lastSeq, 2);
  t.is(conduct(opened, { type: 'tick', index: 0 }, closed, halted('unexpected_halt')).lastSeq, 2);
});
