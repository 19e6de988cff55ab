/** What became of each order: every legal way through its life, from metadata, answers and complete ranges. */
import test from 'ava';
import type { Event, Said } from '../events/event.ts';
import type { OwnOffer } from '../events/market.ts';
import { orders } from '../machines/orders.ts';
import type { Orders } from '../projections/orders.ts';
import { halt, only, opened, read, resting as left, thing, types } from './given.ts';
import {
  createdOffer,
  deletedOffer,
  four,
  line,
  modifiedOffer,
  nothing,
  root,
  submit,
  taken,
  ten,
  validated,
} from './given-transaction.ts';

const signed = (sequence: number, hash = `H${sequence}`): Event => ({
  type: 'transaction.signed',
  intent: 1,
  blob: 'BLOB',
  hash,
  sequence,
  lastLedger: 104,
});
const answered = (hash: string, result: string | null): Event => ({
  type: 'transaction.answered',
  hash,
  result,
  error: null,
});
const settled = (hash: string, outcome: 'validated' | 'never' | 'unknown'): Event => ({
  type: 'transaction.settled',
  hash,
  outcome,
  searched: { from: 100, to: 104 },
  detail: 'no server can say',
});
const cancel = (order: string, offerSequence: number, sequence: number): Event => ({
  type: 'order.cancel',
  order,
  offerSequence,
  sequence,
  lastLedger: 104,
  why: 'DEGRADED',
  excludes: null,
  tx: {},
});
const bid = { sequence: 7, side: 'buy' } as const;
const create = { TransactionType: 'OfferCreate' };
const fee = root('60000010', '60000000');

const driven = () => {
  const actor = thing(orders);
  actor.turn(0, opened);
  return {
    say: (...events: readonly Event[]): readonly Said[] =>
      events.flatMap((event) => actor.turn(0, event)),
    state: (id: string): string | undefined =>
      (actor.state() as { orders: Orders }).orders.open.get(id)?.state,
    order: (id: string) => (actor.state() as { orders: Orders }).orders.open.get(id),
    left: (id: string): string | undefined =>
      (actor.state() as { orders: Orders }).orders.open.get(id)?.drops,
    pending: (): number => (actor.state() as { orders: Orders }).orders.pending.length,
    counts: () => (actor.state() as { orders: Orders }).orders.counts,
  };
};

const rests = (sequence = 7, ledger = 101) =>
  validated(`H${sequence}`, ledger, { ...create, Sequence: sequence }, [
    createdOffer({ sequence, side: 'buy', left: ten }),
    fee,
  ]);

/** A bid that rests as offer 7 since ledger 101. */
const resting = () => {
  const engine = driven();
  engine.say(submit(7), signed(7), answered('H7', 'tesSUCCESS'), rests());
  return engine;
};

test('intended, signed, submitted, resting: each by its own event', (t) => {
  const engine = driven();
  engine.say(submit(7));
  t.is(engine.state('bid-7'), 'intended');
  engine.say(signed(7));
  t.is(engine.state('bid-7'), 'signed');
  t.deepEqual(engine.say(answered('H7', 'tesSUCCESS')), []);
  t.is(engine.state('bid-7'), 'submitted');
  const said = engine.say(rests());
  t.deepEqual(said, [
    {
      type: 'order.resting',
      order: 'bid-7',
      hash: 'H7',
      drops: '10000000',
      rlusd: '14.2',
      ledger: 101,
    },
  ]);
  t.is(engine.pending(), 0);
});

test('a preliminary success is a hint: nothing is said before validation', (t) => {
  const engine = driven();
  t.deepEqual(engine.say(submit(7), signed(7), answered('H7', 'tesSUCCESS')), []);
  t.is(engine.pending(), 1);
});

test('an answer that never came leaves the order to the ledger', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7), answered('H7', null));
  t.deepEqual(types(engine.say(rests())), ['order.resting']);
});

test('an answer that comes behind the validated word takes nothing back', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7), rests(), answered('H7', 'tesSUCCESS'));
  t.is(engine.state('bid-7'), 'resting');
});

test('tem is never valid: rejected at once, its Sequence free', (t) => {
  const engine = driven();
  const said = engine.say(submit(7), signed(7), answered('H7', 'temBAD_OFFER'));
  t.deepEqual(said, [
    { type: 'order.rejected', order: 'bid-7', result: 'temBAD_OFFER', hash: 'H7' },
  ]);
  t.is(engine.pending(), 0);
});

test('ter, tel and tef are hints: the hash decides', (t) => {
  for (const result of ['terQUEUED', 'telINSUF_FEE_P', 'tefPAST_SEQ', 'tefMAX_LEDGER']) {
    const engine = driven();
    t.deepEqual(engine.say(submit(7), signed(7), answered('H7', result)), [], result);
    t.is(engine.pending(), 1);
  }
});

test('never applied over a complete range: rejected; applied: its own validated word decides', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7));
  t.deepEqual(types(engine.say(settled('H7', 'never'))), ['order.rejected']);
  t.is(engine.pending(), 0);
  const other = driven();
  other.say(submit(7), signed(7));
  t.deepEqual(types(other.say(rests(), settled('H7', 'validated'))), ['order.resting']);
});

test('no server can say: unknown, and still pending; a later word settles it', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7));
  t.deepEqual(types(engine.say(settled('H7', 'unknown'))), ['order.unknown']);
  t.deepEqual(engine.say(settled('H7', 'unknown')), [], 'said once');
  t.is(engine.pending(), 1);
  t.deepEqual(types(engine.say(rests())), ['order.resting']);
  t.is(engine.state('bid-7'), 'resting');
});

test('no server can say what became of a cancel: its order is unknown', (t) => {
  const engine = resting();
  engine.say(cancel('bid-7', 7, 9), signed(9, 'C'));
  t.like(engine.say(settled('C', 'unknown')), [{ type: 'order.unknown', order: 'bid-7' }]);
});

test('a withheld intent never was: its order is rejected, what it would have replaced rests on', (t) => {
  const engine = resting();
  engine.say(submit(9, { replaces: 'bid-7' }));
  t.is(engine.state('bid-7'), 'cancel_pending');
  const said = engine.say({ type: 'intent.withheld', intent: 3, sequence: 9, why: 'DEGRADED' });
  t.deepEqual(types(said), ['order.rejected', 'order.cancel_missed']);
  t.is(engine.state('bid-7'), 'resting');
  t.is(engine.pending(), 0);
});

test('a taker takes all: filled; a part: partially filled with what is left', (t) => {
  const engine = resting();
  const part = taken('T1', 102, [modifiedOffer({ ...bid, left: four, before: ten })]);
  t.deepEqual(types(engine.say(part)), ['order.partially_filled']);
  t.is(engine.state('bid-7'), 'partially_filled');
  t.is(engine.left('bid-7'), '4000000');
  const rest = taken('T2', 103, [deletedOffer({ ...bid, left: nothing, before: four })]);
  t.deepEqual(engine.say(rest), [{ type: 'order.filled', order: 'bid-7', hash: 'T2' }]);
  t.is(engine.state('bid-7'), undefined);
  t.is(engine.counts().filled, 1);
});

test('our create that crosses at once and leaves nothing is filled', (t) => {
  const engine = driven();
  const crossed = validated('H7', 101, { ...create, Sequence: 7 }, [
    root('60000010', '70000000'),
    line('98.55', '84.35'),
  ]);
  t.deepEqual(types(engine.say(submit(7), signed(7), crossed)), ['order.filled']);
});

test('our create that crosses in part rests with what is left', (t) => {
  const engine = driven();
  const crossed = validated('H7', 101, { ...create, Sequence: 7 }, [
    root('60000010', '66000000'),
    line('98.55', '90.03'),
    createdOffer({ ...bid, left: four }),
  ]);
  engine.say(submit(7), signed(7), crossed);
  t.is(engine.left('bid-7'), '4000000');
  t.is(engine.state('bid-7'), 'resting');
});

test('a create that is heard behind a trade with its offer says nothing more: what is left stands', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7));
  const part = taken('T1', 102, [modifiedOffer({ ...bid, left: four, before: ten })]);
  t.deepEqual(types(engine.say(part)), ['order.partially_filled']);
  t.deepEqual(engine.say(rests()), []);
  t.is(engine.state('bid-7'), 'partially_filled');
  t.is(engine.left('bid-7'), '4000000');
  t.is(engine.pending(), 0);
  engine.say(cancel('bid-7', 7, 9), signed(9));
  t.is(engine.state('bid-7'), 'cancel_pending');
});

test('one of unknown fate that is heard so late rests with what is left', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7));
  engine.say(taken('T1', 102, [modifiedOffer({ ...bid, left: four, before: ten })]));
  engine.say(read(103));
  t.is(engine.state('bid-7'), 'unknown');
  t.like(engine.say(rests())[0], { type: 'order.resting', drops: '4000000', rlusd: '5.68' });
});

test('our create that crosses in part and whose rest is not placed is no fill of all of it', (t) => {
  const engine = driven();
  const crossed = validated('H7', 101, { ...create, Sequence: 7 }, [
    root('60000010', '66000000'),
    line('98.55', '90.03'),
  ]);
  const said = engine.say(submit(7), signed(7), crossed);
  t.deepEqual(said, [
    { type: 'order.partially_filled', order: 'bid-7', hash: 'H7', drops: '4000000', rlusd: '5.68' },
    {
      type: 'order.cancelled',
      order: 'bid-7',
      hash: 'H7',
      why: 'the ledger did not place the rest',
    },
  ]);
  t.deepEqual([engine.counts().filled, engine.counts().cancelled], [0, 1]);
});

test('a bid whose money is spent is filled, whatever a better price has left of the drops', (t) => {
  const engine = driven();
  const crossed = validated('H7', 101, { ...create, Sequence: 7 }, [
    root('60000010', '69999998'),
    line('98.55', '84.35'),
  ]);
  t.deepEqual(types(engine.say(submit(7), signed(7), crossed)), ['order.filled']);
});

test('an ask is filled by its drops', (t) => {
  const engine = driven();
  const crossed = validated('H7', 101, { ...create, Sequence: 7 }, [
    root('60000010', '50000000'),
    line('98.55', '112.9'),
  ]);
  const said = engine.say(submit(7, { side: 'sell' }), signed(7), crossed);
  t.deepEqual(types(said), ['order.filled']);
  const dearer = driven();
  const part = validated('H7', 101, { ...create, Sequence: 7 }, [
    root('60000010', '50000001'),
    line('98.55', '113.9'),
  ]);
  t.deepEqual(types(dearer.say(submit(7, { side: 'sell' }), signed(7), part)), [
    'order.partially_filled',
    'order.cancelled',
  ]);
});

test('success that placed and traded nothing is no order', (t) => {
  const engine = driven();
  const said = engine.say(
    submit(7),
    signed(7),
    validated('H7', 101, { ...create, Sequence: 7 }, [fee]),
  );
  t.deepEqual(said, [
    { type: 'order.rejected', order: 'bid-7', result: 'placed nothing', hash: 'H7' },
  ]);
});

const replacing = () => {
  const engine = resting();
  engine.say(submit(9, { replaces: 'bid-7' }), signed(9));
  return engine;
};
const replace = { ...create, Sequence: 9, OfferSequence: 7 };

test('a replace is one transaction: the old is cancelled, the new rests', (t) => {
  const engine = replacing();
  const said = engine.say(
    validated('H9', 102, replace, [
      deletedOffer({ ...bid, left: ten }),
      createdOffer({ sequence: 9, side: 'buy', left: ten }),
      fee,
    ]),
  );
  t.deepEqual(types(said), ['order.cancelled', 'order.resting']);
  t.like(said[0], { order: 'bid-7', why: 'replaced' });
  t.is(engine.state('bid-7'), undefined);
  t.is(engine.state('bid-9'), 'resting');
});

test('a replace that ends in a tec leaves the old offer live (F2)', (t) => {
  const engine = replacing();
  const said = engine.say(validated('H9', 102, replace, [fee], 'tecUNFUNDED_OFFER'));
  t.deepEqual(types(said), ['order.rejected', 'order.cancel_missed']);
  t.like(said[0], { result: 'tecUNFUNDED_OFFER' });
  t.is(engine.state('bid-7'), 'resting');
  t.is(engine.state('bid-9'), undefined);
});

test('a part-filled order whose replace ends in a tec is part-filled again', (t) => {
  const engine = resting();
  engine.say(taken('T1', 102, [modifiedOffer({ ...bid, left: four, before: ten })]));
  engine.say(submit(9, { replaces: 'bid-7' }), signed(9));
  engine.say(validated('H9', 103, replace, [fee], 'tecEXPIRED'));
  t.is(engine.state('bid-7'), 'partially_filled');
});

test('a replace whose target was just filled posts all the same, and says so (F3)', (t) => {
  const engine = replacing();
  const fill = taken('T1', 102, [deletedOffer({ ...bid, left: nothing, before: ten })]);
  t.deepEqual(types(engine.say(fill)), ['order.filled']);
  const said = engine.say(
    validated('H9', 102, replace, [createdOffer({ sequence: 9, side: 'buy', left: ten }), fee]),
  );
  t.deepEqual(
    said.slice(0, 2).map(({ type }) => type),
    ['order.resting', 'order.replaced_nothing'],
  );
  t.false(types(said).includes('order.unknown'));
  t.is(engine.state('bid-9'), 'resting');
});

test('a cancel is proven by the offer deleted in its own metadata', (t) => {
  const engine = resting();
  engine.say(cancel('bid-7', 7, 9), signed(9));
  t.is(engine.state('bid-7'), 'cancel_pending');
  const tx = { TransactionType: 'OfferCancel', OfferSequence: 7, Sequence: 9 };
  const said = engine.say(validated('H9', 102, tx, [deletedOffer({ ...bid, left: ten }), fee]));
  t.deepEqual(said, [{ type: 'order.cancelled', order: 'bid-7', hash: 'H9', why: 'cancelled' }]);
});

const cancelled = { TransactionType: 'OfferCancel', OfferSequence: 7, Sequence: 9 };

test('a cancel that came too late: the fill stands, the cancel missed, nothing is unknown (F1)', (t) => {
  const engine = resting();
  engine.say(cancel('bid-7', 7, 9), signed(9));
  engine.say(taken('T1', 102, [deletedOffer({ ...bid, left: nothing, before: ten })]));
  t.deepEqual(types(engine.say(validated('H9', 102, cancelled, [fee]))), ['order.cancel_missed']);
  t.is(engine.pending(), 0);
});

test('a cancel that deleted nothing of an order that still stands here: unknown (F1)', (t) => {
  const engine = resting();
  engine.say(cancel('bid-7', 7, 9), signed(9));
  const said = engine.say(validated('H9', 102, cancelled, [fee]));
  t.deepEqual(types(said), ['order.cancel_missed', 'order.unknown']);
  t.is(engine.state('bid-7'), 'unknown');
  const late = taken('T1', 102, [deletedOffer({ ...bid, left: nothing, before: ten })]);
  t.deepEqual(types(engine.say(late)), ['order.filled'], 'and the fill that it raced is found');
});

test('a cancel that never was, or ends in a tec, leaves the offer resting', (t) => {
  const ends = [
    settled('H9', 'never'),
    validated('H9', 102, cancelled, [fee], 'tecNO_TARGET'),
    answered('H9', 'temINVALID_FLAG'),
  ];
  for (const end of ends) {
    const engine = resting();
    engine.say(cancel('bid-7', 7, 9), signed(9));
    t.deepEqual(types(engine.say(end)), ['order.cancel_missed'], end.type);
    t.is(engine.state('bid-7'), 'resting');
    t.is(engine.pending(), 0);
  }
});

test('temBAD_SEQUENCE says that the server does not know the create: nothing is settled by it (F4)', (t) => {
  const engine = resting();
  engine.say(cancel('bid-7', 7, 9), signed(9));
  t.deepEqual(engine.say(answered('H9', 'temBAD_SEQUENCE')), []);
  t.is(engine.state('bid-7'), 'cancel_pending');
  t.is(engine.pending(), 1);
  const tx = { TransactionType: 'OfferCancel', OfferSequence: 7, Sequence: 9 };
  const said = engine.say(validated('H9', 102, tx, [deletedOffer({ ...bid, left: ten }), fee]));
  t.deepEqual(types(said), ['order.cancelled']);
});

/** A create that has not got in, and what takes its Sequence away from it. */
const contested = () => {
  const engine = resting();
  engine.say(submit(9, { replaces: 'bid-7' }), signed(9), answered('H9', 'telINSUF_FEE_P'));
  engine.say({ ...cancel('bid-7', 7, 9), excludes: 'H9' } as Event, signed(9, 'X9'));
  return engine;
};

test('two with one Sequence: the cancel is applied, so the create never was', (t) => {
  const engine = contested();
  t.is(engine.pending(), 2);
  const tx = { TransactionType: 'OfferCancel', OfferSequence: 7, Sequence: 9 };
  const said = engine.say(validated('X9', 102, tx, [deletedOffer({ ...bid, left: ten }), fee]));
  t.deepEqual(types(said), ['order.cancelled', 'order.rejected']);
  t.like(said[1], { order: 'bid-9', result: 'tefPAST_SEQ', hash: 'H9' });
  t.is(engine.pending(), 0);
});

test('two with one Sequence: the create is applied after all, so the cancel never was', (t) => {
  const engine = contested();
  const said = engine.say(
    validated('H9', 102, { ...create, Sequence: 9, OfferSequence: 7 }, [
      deletedOffer({ ...bid, left: ten }),
      createdOffer({ sequence: 9, side: 'buy', left: ten }),
      fee,
    ]),
  );
  t.deepEqual(types(said), ['order.cancelled', 'order.resting']);
  t.is(engine.state('bid-9'), 'resting');
  t.is(engine.pending(), 0);
});

test('a Sequence alone is taken from a create that replaces nothing', (t) => {
  const engine = driven();
  engine.say(submit(9), signed(9));
  const block = { ...cancel('bid-9', 9, 9), order: null, offerSequence: null, excludes: 'H9' };
  engine.say(block as Event, signed(9, 'X9'));
  const tx = { TransactionType: 'AccountSet', Sequence: 9 };
  t.deepEqual(types(engine.say(validated('X9', 102, tx, [fee]))), ['order.rejected']);
  t.is(engine.state('bid-9'), undefined);
  t.is(engine.pending(), 0);
});

test('withheld after it was signed: that one, not the other of its Sequence', (t) => {
  const engine = contested();
  engine.say({ type: 'intent.withheld', intent: 1, sequence: 9, why: 'DEGRADED' });
  t.is(engine.pending(), 1);
});

test('withheld before it was signed: that one, not the create that it was to exclude', (t) => {
  const engine = resting();
  engine.say(submit(9, { replaces: 'bid-7' }), signed(9));
  engine.say({ ...cancel('bid-7', 7, 9), excludes: 'H9' } as Event);
  t.deepEqual(
    types(engine.say({ type: 'intent.withheld', intent: 5, sequence: 9, why: 'applied' })),
    ['order.cancel_missed'],
  );
  t.is(engine.pending(), 1);
  t.is(engine.state('bid-9'), 'signed');
});

test('an order whose cancel is on the way vanishes and expires like any other', (t) => {
  const leaving = () => {
    const engine = resting();
    engine.say(cancel('bid-7', 7, 9), signed(9));
    return engine;
  };
  t.deepEqual(types(leaving().say(read(102))), ['order.unknown']);
  t.deepEqual(types(leaving().say(read(115))), ['order.expired']);
});

test('an unknown order that a cancel does not find is gone, and still of unknown fate', (t) => {
  const engine = resting();
  engine.say(read(102));
  t.is(engine.state('bid-7'), 'unknown');
  engine.say(cancel('bid-7', 7, 9), signed(9));
  const said = engine.say(validated('H9', 103, cancelled, [fee]));
  t.deepEqual(types(said), ['order.cancel_missed'], 'unknown was said before');
  t.true(engine.order('bid-7')?.gone);
  t.is(engine.state('bid-7'), 'unknown');
  const failing = resting();
  failing.say(read(102), cancel('bid-7', 7, 9), signed(9));
  failing.say(validated('H9', 103, cancelled, [fee], 'tecINSUFF_FEE'));
  t.false(failing.order('bid-7')?.gone, 'a tec has looked for nothing');
});

test('an unknown order that a cancel does find is cancelled', (t) => {
  const engine = resting();
  engine.say(read(102));
  engine.say(cancel('bid-7', 7, 9), signed(9));
  const said = engine.say(
    validated('H9', 103, cancelled, [deletedOffer({ ...bid, left: ten }), fee]),
  );
  t.deepEqual(types(said), ['order.cancelled']);
});

test('unknown has a deadline: its Expiration, at which it is over', (t) => {
  const engine = resting();
  t.like(engine.say(read(102))[0], { type: 'order.unknown', until: 460 });
  t.deepEqual(types(engine.say(read(114))), []);
  t.deepEqual(types(engine.say(read(115))), ['order.expired']);
});

test('part filled while its cancel is on the way: still on the way, and less of it', (t) => {
  const engine = resting();
  engine.say(cancel('bid-7', 7, 9), signed(9));
  engine.say(taken('T1', 102, [modifiedOffer({ ...bid, left: four, before: ten })]));
  t.is(engine.state('bid-7'), 'cancel_pending');
  t.is(engine.left('bid-7'), '4000000');
});

test('removed by others: expired where its time was over, else unfunded; no fill', (t) => {
  const expired = resting().say(
    taken('T1', 120, [deletedOffer({ ...bid, left: ten, expiration: 480 })]),
  );
  t.deepEqual(types(expired), ['order.expired']);
  const unfunded = resting().say(
    taken('T1', 102, [deletedOffer({ ...bid, left: ten, expiration: 480 })]),
  );
  t.like(unfunded[0], { type: 'order.cancelled', why: 'removed as unfunded' });
});

test('a number that another account’s transaction cancels is none of ours', (t) => {
  const gone = [deletedOffer({ ...bid, left: ten })];
  const said = resting().say(taken('T1', 102, gone, { OfferSequence: 7 }));
  t.like(said, [{ type: 'order.cancelled', why: 'removed as unfunded' }]);
});

test('crossed by our own order: cancelled, and said why', (t) => {
  const said = resting().say(
    validated('H8', 102, { ...create, Sequence: 8 }, [deletedOffer({ ...bid, left: ten }), fee]),
  );
  t.like(said[0], { type: 'order.cancelled', order: 'bid-7', why: 'crossed by our own order' });
});

const offer: OwnOffer = {
  sequence: 7,
  side: 'buy',
  drops: '10000000',
  rlusd: '14.2',
  expiration: 460,
};

test('on the account as expected: a read says nothing', (t) => {
  t.deepEqual(resting().say(read(102, { offers: [offer] })), []);
});

test('vanished without a transaction that says why: unknown, once; back again: resting', (t) => {
  const engine = resting();
  t.deepEqual(types(engine.say(read(102))), ['order.unknown']);
  t.deepEqual(engine.say(read(103)), []);
  t.deepEqual(types(engine.say(read(104, { offers: [offer] }))), ['order.resting']);
});

test('a read from before the ledger in which it came to rest proves nothing', (t) => {
  const engine = resting();
  t.deepEqual(engine.say(read(100)), []);
  t.is(engine.state('bid-7'), 'resting');
  t.deepEqual(types(engine.say(read(101))), ['order.unknown'], 'one of that ledger does');
});

test('past its Expiration by the read’s close time it is gone, touched or not (ruling 12)', (t) => {
  t.deepEqual(resting().say(read(114, { offers: [offer] })), []);
  const said = resting().say(read(115, { offers: [offer] }));
  t.deepEqual(said, [{ type: 'order.expired', order: 'bid-7', ledger: 115, hash: null }]);
});

test('an unsettled order is judged by no read', (t) => {
  const engine = driven();
  engine.say(submit(7), signed(7), answered('H7', 'tesSUCCESS'));
  t.deepEqual(engine.say(read(102), read(200)), []);
  t.is(engine.state('bid-7'), 'submitted');
});

test('delivered twice, everything is said once', (t) => {
  const engine = resting();
  const fill = taken('T1', 102, [deletedOffer({ ...bid, left: nothing, before: ten })]);
  t.is(engine.say(rests(), fill, fill, rests()).length, 1);
  t.is(engine.counts().filled, 1);
});

test('orders of a session that died are taken over and settled by the same rules', (t) => {
  const bringing = (state: string) => {
    const engine = driven();
    const order = { ...left, state, lastLedger: 104 };
    engine.say({ ...opened, brought: { ...opened.brought, orders: [order] } });
    return engine;
  };
  t.is(bringing('signed').pending(), 1);
  t.is(bringing('resting').pending(), 0);
  const engine = bringing('submitted');
  t.is(engine.pending(), 1);
  t.deepEqual(types(engine.say(rests())), ['order.resting']);
  const signedOnly = bringing('signed');
  signedOnly.say(rests());
  t.is(signedOnly.counts().submitted, 0, 'it is none of this session’s own');
  const part = bringing('partially_filled');
  part.say(cancel('old-1', 7, 9), signed(9));
  part.say(validated('H9', 103, cancelled, [fee], 'tecINSUFF_FEE'));
  t.is(part.state('old-1'), 'partially_filled', 'and what its cancel left is what it was');
  t.deepEqual(
    types(engine.say(taken('T', 102, [deletedOffer({ ...bid, left: nothing, before: ten })]))),
    ['order.filled'],
  );
});

test('a move that the table does not allow stops it', (t) => {
  const engine = resting();
  t.throws(
    () =>
      engine.say(
        submit(8),
        taken('T1', 102, [modifiedOffer({ sequence: 8, side: 'buy', left: four, before: ten })]),
      ),
    { message: /not a legal move for order bid-8, which is intended/ },
  );
});

test('what stands at the end is what can still be traded with, of this pair', (t) => {
  const { say } = driven();
  const standing = (expiration: number | null, side: OwnOffer['side'] = 'buy') => {
    const said = say(read(100, { offers: [{ ...offer, side, expiration }] }), halt);
    return only(said, 'orders.accounted')?.standing;
  };
  t.deepEqual(standing(null), [7]);
  t.deepEqual(standing(400), []);
  t.deepEqual(standing(401), [7]);
  t.deepEqual(standing(null, 'other'), []);
});

test('until when an order can trade at the end is that of whichever is longest', (t) => {
  const { say } = driven();
  const longest = { ...left, expiration: 500 };
  say({ ...opened, brought: { ...opened.brought, orders: [longest] } });
  t.like(only(say(halt), 'orders.accounted'), { sent: true, lastExpiration: 500 });
  say(submit(20, { expiration: 600 }));
  const said = say(submit(21, { expiration: 550 }));
  t.is(only(said, 'orders.accounted')?.lastExpiration, 600);
});

test('the last ledger that touched the account is the newest, in whichever order they are heard', (t) => {
  const { say } = driven();
  say(taken('T2', 105, []), taken('T1', 103, []));
  t.is(only(say(halt), 'orders.accounted')?.touchedLedger, 105);
});

test('once the halt is said it tells what is not final, and again whenever that changes', (t) => {
  const { say } = driven();
  const told = (said: readonly Said[]) => only(said, 'orders.accounted');
  say(submit(20, { expiration: 460 }));
  t.is(told(say(read(100))), undefined, 'while the session runs nobody asks');
  t.deepEqual(told(say(halt)), {
    type: 'orders.accounted',
    open: ['bid-20'],
    pending: 1,
    readLedger: 100,
    standing: [],
    touchedLedger: 0,
    sent: false,
    lastExpiration: 460,
  });
  t.is(told(say(answered('H1', null))), undefined);
  t.like(told(say({ type: 'intent.withheld', intent: 1, sequence: 20, why: 'it ends' })), {
    open: [],
    pending: 0,
  });
});
