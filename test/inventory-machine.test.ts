/** What we hold, and when the wallet is asked whether it agrees. */
import test from 'ava';
import fc from 'fast-check';
import type { Event, Said } from '../events/event.ts';
import type { FillRecorded } from '../events/inventory.ts';
import type { MarketRead } from '../events/market.ts';
import { inventory } from '../machines/inventory.ts';
import { add, decimal, format, subtract } from '../ledger/decimal.ts';
import { drops } from '../ledger/drops.ts';
import { exactText } from '../ledger/exact.ts';
import { carried, held, noInventory, type Inventory } from '../projections/inventory.ts';
import { fill, observed, only, opened, read, settings, thing, types } from './given.ts';

const wallet = (index: number, drops: string, rlusd: string): MarketRead => {
  const given = read(index);
  return {
    ...given,
    account: { ...given.account, drops },
    line: given.line && { ...given.line, rlusd },
  };
};

const started: Event = { type: 'session.started', plannedEndAt: 0 };
const ended: Event = {
  type: 'session.ended',
  outcome: 'nothing_left',
  proof: null,
  left: [],
  untilMs: null,
};
const tick = (index: number): Event => ({ type: 'tick', index });
const paid = (drops: string, rlusd: string, ledger = 101): Event => ({
  type: 'movement.seen',
  hash: 'P1',
  kind: 'payment',
  drops,
  rlusd,
  ledger,
});
const capital = (drops: string, rlusd: string): Event => ({
  type: 'operator.capital',
  drops,
  rlusd,
  note: 'x',
});

/** 60 XRP and 100 RLUSD, read at ledger 100; the first tick at 0 s. */
const driven = () => {
  const actor = thing(inventory(settings.guards.wallet_truth));
  const say = (seconds: number, ...events: readonly Event[]): readonly Said[] =>
    actor.turn(seconds * 1000, ...events);
  say(-1, opened);
  const first = say(-1, wallet(100, '60000000', '100'));
  say(0, tick(0), started, observed(0));
  const books = () => (actor.state() as { inventory: Inventory }).inventory;
  return { say, first, held: () => held(books()), books: () => carried(books()) };
};

const balances = (said: readonly Said[]) => only(said, 'inventory.changed')?.balances;
const status = (said: readonly Said[]) => only(said, 'truth.checked')?.status;

test('a new database adopts the wallet, and the first check is ok', (t) => {
  const { first } = driven();
  t.deepEqual(types(first), ['inventory.opened', 'inventory.changed', 'truth.checked']);
  t.like(only(first, 'truth.checked'), { source: 'start', status: 'ok', ledger: 100 });
});

test('an account that cannot hold the token is no opening: the first read with a trust line is', (t) => {
  const actor = thing(inventory(settings.guards.wallet_truth));
  actor.turn(-1000, opened);
  t.deepEqual(actor.turn(-1000, { ...read(100), line: null }), []);
  const said = actor.turn(-1000, wallet(101, '60000000', '100'));
  t.like(only(said, 'inventory.opened'), { drops: '60000000', rlusd: '100', ledger: 101 });
  t.like(only(said, 'truth.checked'), { source: 'start', status: 'ok', ledger: 101 });
});

test('opening + fills − fees is fills-only; capital stands apart', (t) => {
  const { say } = driven();
  say(1, fill(1, { drops: '10000000', rlusd: '14.2' }));
  say(1, { type: 'fee.paid', hash: 'F', drops: '12', ledger: 100 });
  say(1, capital('35210000', '0'));
  const said = say(2, paid('35210000', '0'));
  t.is(only(said, 'inventory.changed')?.why, 'deposit');
  t.deepEqual(balances(said), {
    drops: '105209988',
    rlusd: '85.8',
    fillsDrops: '69999988',
    fillsRlusd: '85.8',
    overlayDrops: '35210000',
    overlayRlusd: '0',
  });
});

test('an announcement moves nothing until its payment is seen', (t) => {
  const { say } = driven();
  t.deepEqual(say(1, capital('35210000', '0')), []);
});

test('a payment of another amount than announced is proposed and moves nothing', (t) => {
  const { say, held: now } = driven();
  say(1, capital('35210000', '0'));
  const said = say(2, paid('35210001', '0'));
  t.deepEqual(types(said), ['capital.proposed']);
  t.is(now().drops, 60_000_000n as ReturnType<typeof now>['drops']);
  say(3, capital('0', '-50'));
  t.deepEqual(types(say(4, paid('0', '-49'))), ['capital.proposed']);
});

test('an announcement is used up by one payment', (t) => {
  const { say } = driven();
  say(1, capital('-5000000', '0'));
  t.is(only(say(2, paid('-5000000', '0')), 'inventory.changed')?.why, 'withdrawal');
  t.deepEqual(types(say(3, paid('-5000000', '0'))), ['capital.proposed']);
});

test('announcing what was seen before confirms it, once', (t) => {
  const { say } = driven();
  say(1, paid('35210000', '0'));
  const said = say(2, capital('35210000', '0'));
  t.is(only(said, 'inventory.changed')?.why, 'deposit');
  t.is(balances(said)?.overlayDrops, '35210000');
  t.deepEqual(say(3, capital('35210000', '0')), [], 'the next one waits for its own payment');
});

test('a realignment adopts the wallet at the next read, and drops what was proposed', (t) => {
  const { say, books } = driven();
  say(1, paid('35210000', '0'));
  t.is(books().proposed.length, 1);
  t.deepEqual(say(2, { type: 'operator.realign', note: 'x' }), []);
  const said = say(3, wallet(102, '95210000', '100.5'));
  t.like(only(said, 'inventory.changed'), {
    why: 'realignment',
    deltaDrops: '35210000',
    deltaRlusd: '0.5',
  });
  t.deepEqual(books().proposed, []);
  t.deepEqual(say(4, wallet(103, '95210000', '100.5')), [], 'once');
});

test('what a session before was asked and has not done is done at the first read', (t) => {
  const asked = carried({ ...noInventory, known: true, realign: true, basis: '1.25' });
  const actor = thing(inventory(settings.guards.wallet_truth));
  const say = (...events: readonly Event[]): readonly Said[] => actor.turn(0, ...events);
  say({ ...opened, brought: { ...opened.brought, inventory: asked } });
  const said = say(wallet(102, '70000000', '100'));
  t.like(
    said.map((event) => [event.type, 'why' in event ? event.why : null]),
    [
      ['inventory.changed', 'realignment'],
      ['capital.basis_committed', null],
      ['truth.checked', null],
    ],
  );
  t.is(balances(said)?.drops, '70000000');
  t.deepEqual(say(wallet(103, '80000000', '100')), [], 'once');
});

const wac = (said: readonly Said[]) => only(said, 'inventory.changed')?.wac;

test('average cost: buys raise it, sells take their share along, what is sold dearer is realised', (t) => {
  const { say, books } = driven();
  const sell = (drops: string, rlusd: string) => say(1, fill(2, { side: 'sell', drops, rlusd }));
  t.is(wac(say(1, fill(1, { drops: '20000000', rlusd: '30' }))), '1.44', '60 × 1.42 and 20 × 1.5');
  t.is(wac(sell('40000000', '60')), '1.44');
  t.is(books().realised, '2.4', '40 × (1.5 − 1.44)');
  sell('10000000', '14');
  t.is(books().realised, '2', 'what is sold cheaper is lost');
});

test('average cost: XRP that comes in has the next mid as its cost, and until then there is no average', (t) => {
  const { say, books } = driven();
  say(1, capital('40000000', '0'));
  t.is(wac(say(1, paid('40000000', '0'))), null);
  say(2, observed(1, { mid: '1.5' }));
  t.like(books(), { cost: '145.2', uncostedDrops: '0' });
});

test('average cost: XRP that leaves takes its average along, first what had no cost yet', (t) => {
  const moved = (...changes: readonly string[]) => {
    const { say, books } = driven();
    for (const drops of changes) say(1, capital(drops, '0'), paid(drops, '0'));
    return books();
  };
  t.like(moved('-10000000'), { cost: '71', uncostedDrops: '0', realised: '0' });
  t.like(moved('40000000', '-10000000'), { cost: '85.2', uncostedDrops: '30000000' });
  t.like(moved('40000000', '-50000000'), { cost: '71', uncostedDrops: '0' });
});

test('truth is checked at 60, 120 … s, on the first tick at or after, from the session’s start', (t) => {
  const { say } = driven();
  const at = (seconds: number) => {
    say(seconds, wallet(100 + seconds, '60000000', '100'));
    return types(say(seconds, tick(seconds / 4))).includes('truth.checked');
  };
  const checked = Array.from({ length: 46 }, (_, n) => n * 4).filter((s) => s > 0 && at(s));
  t.deepEqual(checked, [60, 120, 180]);
});

test('a tick that comes late is checked once, and the next is due by the start’s own count', (t) => {
  const { say } = driven();
  t.true(types(say(131, tick(1))).includes('truth.checked'));
  t.deepEqual(say(179, tick(2)), []);
  t.true(types(say(180, tick(3))).includes('truth.checked'));
});

test('delta is internal − chain; beyond 1 XRP or 2 RLUSD a warning, beyond 5 or 10 a trip', (t) => {
  const outcome = (drops: string, rlusd: string) => {
    const { say } = driven();
    say(59, wallet(115, drops, rlusd));
    return only(say(60, tick(15)), 'truth.checked');
  };
  t.is(outcome('59000000', '98')?.status, 'ok', 'exactly 1 and exactly 2');
  t.is(outcome('58999999', '100')?.status, 'warn');
  t.is(outcome('60000000', '97.99')?.status, 'warn');
  t.is(outcome('55000000', '90')?.status, 'warn', 'exactly 5 and exactly 10');
  t.is(outcome('54999999', '100')?.status, 'trip');
  t.is(outcome('60000000', '110.01')?.status, 'trip');
  t.is(outcome('52700000', '100')?.deltaDrops, '7300000');
});

test('a wallet that cannot be read is unverified, never a guess', (t) => {
  const { say } = driven();
  say(59, { type: 'read.failed', code: 'noAnswer', message: 'x' });
  t.like(only(say(60, tick(15)), 'truth.checked'), {
    status: 'unverified',
    chain: null,
    deltaDrops: null,
  });
});

test('what was read before the connection went is not read any more', (t) => {
  const { say } = driven();
  say(59, { type: 'gateway.down', endpoint: 'x', why: 'x' });
  t.is(status(say(60, tick(15))), 'unverified');
});

const sold: Partial<FillRecorded> = { side: 'sell', drops: '10000000', rlusd: '14.2' };

test('a fill of a ledger after the read’s is no difference to that wallet', (t) => {
  const { say } = driven();
  say(58, wallet(114, '60000000', '100'));
  say(59, fill(460, { ...sold, ledger: 115 }));
  const checked = only(say(60, tick(15)), 'truth.checked');
  t.like(checked, { status: 'ok', ledger: 114, deltaDrops: '0', deltaRlusd: '0' });
  say(61, wallet(115, '50000000', '114.2'));
  t.is(status(say(120, tick(30))), 'ok');
});

test('nor is a fee, a rounding or capital of a later ledger', (t) => {
  const { say } = driven();
  say(57, wallet(114, '60000000', '100'), capital('35210000', '0'));
  say(58, { type: 'fee.paid', hash: 'H', drops: '12', ledger: 115 });
  say(58, { type: 'line.rounded', hash: 'H', rlusd: '0.0000000000001', ledger: 115 });
  say(59, paid('35210000', '0', 115));
  t.like(only(say(60, tick(15)), 'truth.checked'), {
    status: 'ok',
    deltaDrops: '0',
    deltaRlusd: '0',
  });
});

test('a fill that came in before the read of an earlier ledger is none either', (t) => {
  const { say } = driven();
  say(58, fill(460, { ...sold, ledger: 115 }));
  say(59, wallet(114, '60000000', '100'));
  t.is(status(say(60, tick(15))), 'ok');
});

test('a fill that the books have and the wallet of that ledger has not is a difference', (t) => {
  const { say } = driven();
  say(58, fill(460, { ...sold, ledger: 115 }));
  say(59, wallet(115, '60000000', '100'));
  t.is(status(say(60, tick(15))), 'trip');
});

test('a movement nobody announced is a difference until it is confirmed', (t) => {
  const { say } = driven();
  say(1, paid('35210000', '0'));
  say(59, wallet(115, '95210000', '100'));
  t.is(status(say(60, tick(15))), 'trip');
  say(61, capital('35210000', '0'));
  t.is(status(say(120, tick(30))), 'ok');
});

test('at the end: a check, and a drift where engine and chain differ by more than 5 bps', (t) => {
  const near = driven();
  near.say(9, wallet(110, '60000000', '100.0926'));
  t.deepEqual(types(near.say(10, ended)), ['truth.checked'], '5 bps of 185.2926 are 0.0926463');
  const far = driven();
  far.say(9, wallet(110, '60000000', '100.0927'));
  const said = far.say(10, ended);
  t.deepEqual(types(said), ['truth.checked', 'inventory.drift_at_shutdown']);
  t.is(only(said, 'truth.checked')?.source, 'shutdown');
});

test('at the end: of little the drift is what is more than 0.0001 RLUSD', (t) => {
  const differing = (rlusd: string) => {
    const { say } = driven();
    say(8, paid('-60000000', '-99.9'), capital('-60000000', '-99.9'));
    say(9, wallet(110, '0', rlusd));
    return types(say(10, ended));
  };
  t.deepEqual(differing('0.1001'), ['truth.checked']);
  t.deepEqual(differing('0.10010001'), ['truth.checked', 'inventory.drift_at_shutdown']);
});

test('at the end: a drift is found at the last mid there was', (t) => {
  const { say } = driven();
  say(8, observed(2, { mid: null }));
  say(9, wallet(110, '60000000', '100.0927'));
  t.true(types(say(10, ended)).includes('inventory.drift_at_shutdown'));
});

test('a start that was refused has left no drift', (t) => {
  const asked = carried({ ...noInventory, known: true, openingDrops: drops(60_000_000n) });
  const actor = thing(inventory(settings.guards.wallet_truth));
  actor.turn(0, { ...opened, brought: { ...opened.brought, inventory: asked } });
  t.is(status(actor.turn(0, wallet(100, '70000000', '0'))), 'trip');
  t.deepEqual(types(actor.turn(0, observed(0), ended)), ['truth.checked']);
});

test('a basis that is asked for before there are books is committed with them', (t) => {
  const actor = thing(inventory(settings.guards.wallet_truth));
  t.deepEqual(actor.turn(0, opened, { type: 'operator.basis', price: '1.25', note: 'x' }), []);
  const said = actor.turn(0, wallet(100, '60000000', '100'));
  t.like(only(said, 'capital.basis_committed'), { drops: '60000000', price: '1.25' });
});

test('at the end: a drift where the totals agree and the assets do not', (t) => {
  const { say } = driven();
  say(9, wallet(110, '70000000', '85.8'));
  const said = say(10, ended);
  t.is(status(said), 'trip');
  t.deepEqual(types(said), ['truth.checked', 'inventory.drift_at_shutdown']);
});

test('a session that never read a wallet ends without a word on it', (t) => {
  const actor = thing(inventory(settings.guards.wallet_truth));
  actor.turn(0, opened);
  t.deepEqual(actor.turn(1, ended), []);
});

test('the next session takes over all of it, and checks it at its start', (t) => {
  const one = thing(inventory(settings.guards.wallet_truth));
  one.turn(0, opened, wallet(100, '60000000', '100'));
  one.turn(0, observed(0), fill(1, sold), capital('1000000', '0'), paid('7', '0'));
  const left = (one.state() as { inventory: Inventory }).inventory;
  const two = thing(inventory(settings.guards.wallet_truth));
  two.turn(0, { ...opened, brought: { ...opened.brought, inventory: carried(left) } });
  t.deepEqual(carried((two.state() as { inventory: Inventory }).inventory), carried(left));
  t.is(status(two.turn(0, wallet(110, '40000000', '114.2'))), 'trip');
});

test('engine total = opening + fills − fees + overlay, whatever happened', (t) => {
  const event = fc.oneof(
    fc.record({
      type: fc.constant('fill' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      drops: fc.integer({ min: 1, max: 900_000 }),
      cents: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({ type: fc.constant('fee' as const), drops: fc.integer({ min: 1, max: 100 }) }),
    fc.record({
      type: fc.constant('capital' as const),
      drops: fc.integer({ min: -9_000, max: 9_000 }),
      confirmed: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const { say, held: now } = driven();
      let drops = 60_000_000n;
      let rlusd = decimal('100');
      for (const [index, one] of events.entries()) {
        if (one.type === 'fee') {
          say(1, { type: 'fee.paid', hash: 'F', drops: String(one.drops), ledger: 101 });
          drops -= BigInt(one.drops);
        } else if (one.type === 'fill') {
          const value = String(one.cents / 100);
          say(1, fill(1, { side: one.side, drops: String(one.drops), rlusd: value }));
          drops += BigInt(one.side === 'buy' ? one.drops : -one.drops);
          rlusd = (one.side === 'buy' ? subtract : add)(rlusd, decimal(value));
        } else {
          const moved = BigInt(one.drops) * 100n + BigInt(index + 1);
          const amount = String(moved);
          if (one.confirmed) {
            say(1, capital(amount, '0'));
            drops += moved;
          }
          const said = say(2, paid(amount, '0'));
          if (said.some(({ type }) => type === 'capital.proposed') === one.confirmed) return false;
        }
      }
      return now().drops === drops && exactText(now().rlusd) === format(rlusd);
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('every change balances to zero: what comes to the balances is what was said, and the parts are the whole', (t) => {
  const amount = fc.integer({ min: 1, max: 900_000 });
  const happening = fc.oneof(
    fc.record({
      kind: fc.constantFrom('buy' as const, 'sell' as const),
      drops: amount,
      cents: amount,
    }),
    fc.record({
      kind: fc.constantFrom('fee' as const, 'in' as const, 'out' as const),
      drops: amount,
      cents: amount,
    }),
    fc.record({ kind: fc.constant('realign' as const), drops: amount, cents: amount }),
    fc.record({ kind: fc.constant('basis' as const), drops: amount, cents: amount }),
  );
  let seen = 0;
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
      const { say } = driven();
      let [drops, rlusd] = [60_000_000n, decimal('100')];
      for (const [index, { kind, drops: xrp, cents }] of happenings.entries()) {
        const value = String(cents / 100);
        const said: Said[] = [];
        const tell = (...events: readonly Event[]): void => void said.push(...say(1, ...events));
        if (kind === 'buy' || kind === 'sell') {
          tell(fill(1, { side: kind, drops: String(xrp), rlusd: value }));
        } else if (kind === 'fee')
          tell({ type: 'fee.paid', hash: 'F', drops: String(xrp), ledger: 101 });
        else if (kind === 'basis') tell({ type: 'operator.basis', price: value, note: 'x' });
        else if (kind === 'realign') {
          tell({ type: 'operator.realign', note: 'x' });
          tell(wallet(200 + index, String(50_000_000 + xrp), value));
        } else {
          const signed = kind === 'in' ? String(xrp) : `-${xrp}`;
          tell(capital(signed, '0'));
          tell(paid(signed, '0'));
        }
        for (const one of said) {
          if (one.type !== 'inventory.changed') continue;
          seen += 1;
          const { balances: now } = one;
          drops += BigInt(one.deltaDrops);
          rlusd = add(rlusd, decimal(one.deltaRlusd));
          const whole =
            BigInt(now.drops) === BigInt(now.fillsDrops) + BigInt(now.overlayDrops) &&
            now.rlusd === format(add(decimal(now.fillsRlusd), decimal(now.overlayRlusd)));
          if (!whole || BigInt(now.drops) !== drops) return false;
          if (now.rlusd !== format(rlusd)) return false;
        }
      }
      return true;
    }),
    { numRuns: 80 },
  );
  t.true(seen > 100, `${seen} changes`);
});

test('a committed basis is the average cost, moves no balance, and what is sold dearer is realised against it', (t) => {
  const { say, held: now, books } = driven();
  const before = now();
  const said = say(1, { type: 'operator.basis', price: '1.4', note: 'x' });
  t.like(only(said, 'capital.basis_committed'), {
    drops: '60000000',
    price: '1.4',
    deltaRlusd: '-1.2',
  });
  t.deepEqual(now(), before);
  t.is(
    only(say(2, fill(1, { side: 'sell', drops: '10000000', rlusd: '15' })), 'inventory.changed')
      ?.wac,
    '1.4',
  );
  t.is(books().realised, '1', '10 × (1.5 − 1.4)');
});

test('a basis that is committed before any mid is the cost of all of it', (t) => {
  const actor = thing(inventory(settings.guards.wallet_truth));
  actor.turn(0, opened, wallet(100, '60000000', '100'));
  actor.turn(0, { type: 'operator.basis', price: '1.25', note: 'x' }, observed(0));
  t.is(wac(actor.turn(1, fill(1, sold))), '1.25');
});
