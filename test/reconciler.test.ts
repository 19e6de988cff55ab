/** Fills, fees and movements: from validated metadata alone, once per (transaction, offer). */
import test from 'ava';
import fc from 'fast-check';
import type { Said } from '../events/event.ts';
import type { TransactionValidated } from '../events/gateway.ts';
import { reconciler } from '../machines/reconciler.ts';
import { apply, brought, noLegacy } from '../projections/legacy.ts';
import {
  add,
  decimal,
  format,
  isZero,
  minimum,
  negate,
  normalize,
  subtract,
} from '../ledger/decimal.ts';
import { difference, exact, exactly, isNothing, sum } from '../ledger/exact.ts';
import {
  apply as applyInventory,
  held,
  noInventory,
  type Inventory,
} from '../projections/inventory.ts';
import {
  account,
  blind,
  observed,
  only,
  opened,
  read,
  resting,
  thing,
  token,
  types,
} from './given.ts';
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

const driven = () => {
  const actor = thing(reconciler);
  actor.turn(0, opened);
  actor.turn(0, read(100));
  actor.turn(0, observed(0));
  actor.turn(0, submit(7), submit(8, { side: 'sell' }));
  return {
    see: (...seen: readonly TransactionValidated[]): readonly Said[] =>
      seen.flatMap((one) => actor.turn(0, one)),
    ...actor,
  };
};

const bid = { sequence: 7, side: 'buy' } as const;
const ask = { sequence: 8, side: 'sell' } as const;
const balances = [root('60000000', '70000000'), line('98.55', '84.35')];

test('a taker fills our bid: one fill with the amounts of the metadata, no fee of ours', (t) => {
  const said = driven().see(
    taken('T1', 101, [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances]),
  );
  t.deepEqual(types(said), ['fill.recorded']);
  const fill = only(said, 'fill.recorded');
  t.like(fill, {
    order: 'bid-7',
    offerSequence: 7,
    side: 'buy',
    role: 'maker',
    drops: '10000000',
    rlusd: '14.2',
    price: '1.42',
    mid: '1.42',
    spreadBps: 0,
    ledger: 101,
    closeTime: 404,
    late: false,
  });
});

test('a Sequence that a withheld order had is that of the order that was sent with it', (t) => {
  const actor = driven();
  actor.turn(0, submit(7, { order: 'newer' }));
  const deleted = deletedOffer({ ...bid, left: nothing, before: ten });
  const fill = only(actor.see(taken('T1', 101, [deleted, ...balances])), 'fill.recorded');
  t.is(fill?.order, 'newer');
});

test('a part is a fill of that part', (t) => {
  const fill = only(
    driven().see(
      taken('T1', 101, [
        modifiedOffer({ ...ask, left: four, before: ten }),
        root('60000000', '54000000'),
        line('98.55', '107.07'),
      ]),
    ),
    'fill.recorded',
  );
  t.like(fill, { order: 'ask-8', side: 'sell', drops: '6000000', rlusd: '8.52' });
});

test('part filled and the unfunded rest removed is a fill of the part', (t) => {
  const said = driven().see(
    taken('T1', 101, [
      deletedOffer({ ...bid, left: four, before: ten }),
      root('60000000', '66000000'),
      line('98.55', '90.03'),
    ]),
  );
  t.deepEqual(types(said), ['fill.recorded']);
  t.is(only(said, 'fill.recorded')?.drops, '6000000');
});

test('an offer deleted without a trade is no fill, whoever sent it', (t) => {
  const { see } = driven();
  const gone = deletedOffer({ ...bid, left: ten });
  t.deepEqual(see(taken('T1', 101, [gone])), []);
  const own = { TransactionType: 'OfferCancel', OfferSequence: 7, Sequence: 20 };
  t.deepEqual(types(see(validated('T2', 101, own, [gone, root('60000010', '60000000')]))), [
    'fee.paid',
  ]);
});

test('an offer that was only touched is no fill', (t) => {
  t.deepEqual(driven().see(taken('T1', 101, [modifiedOffer({ ...bid, left: ten })])), []);
});

test('our own create that crosses at once is one taker fill, its fee apart', (t) => {
  const said = driven().see(
    validated('T1', 101, { TransactionType: 'OfferCreate', Sequence: 7, Fee: '12' }, [
      root('60000012', '70000000'),
      line('98.55', '84.35'),
      deletedOffer({ sequence: 3, side: 'sell', left: nothing, before: ten, owner: 'rMaker' }),
    ]),
  );
  t.deepEqual(types(said), ['fee.paid', 'fill.recorded']);
  t.is(only(said, 'fee.paid')?.drops, '12');
  t.like(only(said, 'fill.recorded'), {
    role: 'taker',
    order: 'bid-7',
    side: 'buy',
    drops: '10000000',
    rlusd: '14.2',
  });
});

test('our own create that crosses in part and rests is a taker fill of the part', (t) => {
  const said = driven().see(
    validated('T1', 101, { TransactionType: 'OfferCreate', Sequence: 8 }, [
      root('60000010', '54000000'),
      line('98.55', '107.07', false),
      createdOffer({ ...ask, left: four }),
    ]),
  );
  t.like(only(said, 'fill.recorded'), { role: 'taker', side: 'sell', drops: '6000000' });
});

test('a create by ticket is known by its ticket', (t) => {
  const fill = only(
    driven().see(
      validated('T1', 101, { TransactionType: 'OfferCreate', Sequence: 0, TicketSequence: 7 }, [
        ...balances,
        root('60000010', '70000000'),
      ]),
    ),
    'fill.recorded',
  );
  t.is(fill?.offerSequence, 7);
});

test('a create that rests and moves nothing but its fee is a fee', (t) => {
  const said = driven().see(
    validated('T1', 101, { TransactionType: 'OfferCreate', Sequence: 7 }, [
      root('60000010', '60000000'),
      createdOffer({ ...bid, left: ten }),
    ]),
  );
  t.deepEqual(types(said), ['fee.paid']);
});

test('a tec costs its fee and nothing else', (t) => {
  const tx = { TransactionType: 'OfferCreate', Sequence: 7 };
  const said = driven().see(
    validated('T1', 101, tx, [root('60000010', '60000000')], 'tecUNFUNDED_OFFER'),
  );
  t.deepEqual(types(said), ['fee.paid']);
});

test('two of our offers in one transaction are two fills', (t) => {
  const said = driven().see(
    taken('T1', 101, [
      deletedOffer({ ...bid, left: nothing, before: ten }),
      modifiedOffer({ sequence: 9, side: 'buy', left: four, before: ten }),
      root('60000000', '76000000'),
      line('98.55', '75.83'),
    ]),
  );
  t.deepEqual(types(said), ['fill.recorded', 'fill.recorded']);
  const [, second] = said;
  t.is(second?.type === 'fill.recorded' ? second.order : '', null, 'no log knows offer 9');
});

test('exactly once: the same transaction again says nothing, in order or out of it', (t) => {
  const { see, turn } = driven();
  const one = taken('T1', 101, [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances]);
  const two = taken('T2', 102, [modifiedOffer({ ...ask, left: four, before: ten })]);
  t.is(see(one, two, one, two).filter(({ type }) => type === 'fill.recorded').length, 2);
  turn(0, read(102));
  t.deepEqual(see(one, two), [], 'nor after a read that covers both');
});

test('what lies in a covered ledger is dropped', (t) => {
  const old = taken('T0', 100, [deletedOffer({ ...bid, left: nothing, before: ten })]);
  t.deepEqual(driven().see(old), []);
});

test('what lies in a ledger that the session before has covered is dropped', (t) => {
  const actor = thing(reconciler);
  actor.turn(0, { ...opened, brought: { ...opened.brought, coveredLedger: 101 } });
  const trade = [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances];
  t.deepEqual(actor.turn(0, taken('T1', 101, trade)), []);
  t.deepEqual(types(actor.turn(0, taken('T2', 102, trade))), ['fill.recorded']);
});

test('a fill names its order: one that the session before left, or one sent long ago', (t) => {
  const trade = [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances];
  const left = thing(reconciler);
  left.turn(0, { ...opened, brought: { ...opened.brought, orders: [resting] } });
  t.is(only(left.turn(0, taken('T1', 101, trade)), 'fill.recorded')?.order, 'old-1');
  const { see, turn } = driven();
  for (let sequence = 9; sequence < 109; sequence += 1) turn(0, submit(sequence));
  t.is(only(see(taken('T1', 101, trade)), 'fill.recorded')?.order, 'bid-7');
});

test('a fill found before the first read of a session is late', (t) => {
  const actor = thing(reconciler);
  actor.turn(0, { ...opened, brought: { ...opened.brought, coveredLedger: 90 } });
  const said = actor.turn(
    0,
    taken('T1', 95, [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances]),
  );
  t.is(only(said, 'fill.recorded')?.late, true);
  t.is(only(said, 'fill.recorded')?.mid, null);
});

test('what a session booked that died before its next read is not booked again', (t) => {
  const one = taken('T1', 101, [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances]);
  const two = taken('T2', 101, [modifiedOffer({ ...ask, left: four, before: ten })]);
  let left = noLegacy;
  for (const [index, event] of [opened, read(100), submit(7), one].entries()) {
    const row = { seq: index + 1, turn: index + 1, at: 0, kind: 'input', actor: 'world' } as const;
    left = apply(left, { ...row, v: 1, cause: 0, event });
  }
  const actor = thing(reconciler);
  actor.turn(0, { ...opened, brought: brought(left) });
  t.deepEqual(actor.turn(0, one), []);
  t.deepEqual(types(actor.turn(0, two)), ['fill.recorded', 'movement.seen'], 'of the same ledger');
});

test('a payment to us is a movement; a clawback says so', (t) => {
  const { see } = driven();
  const paid = see(
    taken('P1', 101, [root('60000000', '95210000')], { TransactionType: 'Payment' }),
  );
  t.deepEqual(paid, [
    {
      type: 'movement.seen',
      hash: 'P1',
      kind: 'payment',
      drops: '35210000',
      rlusd: '0',
      ledger: 101,
    },
  ]);
  const clawed = see(taken('P2', 101, [line('98.55', '88.55')], { TransactionType: 'Clawback' }));
  t.like(only(clawed, 'movement.seen'), { kind: 'clawback', drops: '0', rlusd: '-10' });
});

test('a payment through the book that takes our offer is a fill and no movement', (t) => {
  const said = driven().see(
    taken('P1', 101, [deletedOffer({ ...bid, left: nothing, before: ten }), ...balances], {
      TransactionType: 'Payment',
    }),
  );
  t.deepEqual(types(said), ['fill.recorded']);
});

test('a payment of ours costs its amount and its fee, apart', (t) => {
  const said = driven().see(
    validated('P1', 101, { TransactionType: 'Payment', Sequence: 20 }, [
      root('60000010', '50000000'),
    ]),
  );
  t.deepEqual(types(said), ['fee.paid', 'movement.seen']);
  t.is(only(said, 'movement.seen')?.drops, '-10000000');
});

test('spread: a buy below mid and a sell above it earn', (t) => {
  const trade = (side: 'buy' | 'sell', rlusd: string) =>
    only(
      driven().see(
        taken('T1', 101, [
          deletedOffer({
            sequence: side === 'buy' ? 7 : 8,
            side,
            left: nothing,
            before: { drops: '10000000', rlusd },
          }),
        ]),
      ),
      'fill.recorded',
    );
  t.is(trade('buy', '14.19')?.spreadPnl, '0.01');
  t.is(trade('sell', '14.21')?.spreadPnl, '0.01');
  t.is(trade('sell', '14.19')?.spreadPnl, '-0.01');
  t.is(trade('buy', '14.1858')?.spreadBps, 10);
});

test('a fill after a tick without mid has no spread: no older mid stands in', (t) => {
  const { see, turn } = driven();
  turn(1, observed(1, blind));
  const before = { drops: '10000000', rlusd: '14.19' };
  const said = see(taken('T1', 101, [deletedOffer({ ...bid, left: nothing, before })]));
  t.like(only(said, 'fill.recorded'), { mid: null, spreadBps: null, spreadPnl: null });
});

test('value is conserved: fills, fees and movements add up to what the wallet changed by', (t) => {
  const node = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    before: fc.integer({ min: 1, max: 1_000_000 }),
    traded: fc.nat(1_000_000),
  });
  const world = fc.record({
    offers: fc.array(node, { maxLength: 4 }),
    extraDrops: fc.integer({ min: -5000, max: 5000 }),
    extraCents: fc.integer({ min: -5000, max: 5000 }),
    own: fc.boolean(),
    kind: fc.constantFrom('OfferCreate', 'Payment', 'Clawback'),
  });
  fc.assert(
    fc.property(world, ({ offers, extraDrops, extraCents, own, kind }) => {
      let xrp = BigInt(extraDrops);
      let cents = extraCents;
      const nodes = offers.map(({ side, before, traded }, index) => {
        const part = Math.min(before, traded);
        xrp += BigInt(side === 'buy' ? part : -part);
        cents += side === 'buy' ? -part : part;
        const amount = (n: number) => ({ drops: String(n), rlusd: String(n / 100) });
        const offer = { sequence: 30 + index, side, left: amount(before - part) };
        return part === before
          ? deletedOffer({ ...offer, before: amount(before) })
          : modifiedOffer({ ...offer, ...(part > 0 ? { before: amount(before) } : {}) });
      });
      const fee = own ? 10n : 0n;
      const changed = [
        root('100000000', String(100_000_000n + xrp - fee)),
        line('100000', format(add(decimal('100000'), decimal(String(cents / 100))))),
      ];
      const tx = { TransactionType: kind, Sequence: 20, Account: own ? account : 'rTaker' };
      const said = driven().see(validated('T1', 101, tx, [...nodes, ...changed]));
      let drops = 0n;
      let rlusd = decimal('0');
      for (const event of said) {
        if (event.type === 'fee.paid') drops -= BigInt(event.drops);
        if (event.type === 'movement.seen') {
          drops += BigInt(event.drops);
          rlusd = add(rlusd, decimal(event.rlusd));
        }
        if (event.type !== 'fill.recorded') continue;
        const [x, r] = [BigInt(event.drops), decimal(event.rlusd)];
        drops += event.side === 'buy' ? x : -x;
        rlusd = add(rlusd, event.side === 'buy' ? negate(r) : r);
      }
      return drops === xrp - fee && format(rlusd) === String(cents / 100);
    }),
  );
  t.pass();
});

/** Taken of an offer of 10 XRP and so much RLUSD: all of it, or what leaves 4 XRP and `left` of it. */
const trade = (side: 'buy' | 'sell', before: string, left = '0') => {
  const [sequence, sign] = side === 'buy' ? [7, 1] : [8, -1];
  const offer = { sequence, side, before: { drops: '10000000', rlusd: before } };
  const xrp = left === '0' ? 10_000_000 : 6_000_000;
  return [
    left === '0'
      ? deletedOffer({ ...offer, left: nothing })
      : modifiedOffer({ ...offer, left: { drops: '4000000', rlusd: left } }),
    root('60000000', String(60_000_000 + sign * xrp)),
  ];
};

test('what the line rounded of a trade is said beside its fill, and is no movement', (t) => {
  const said = driven().see(
    taken('T1', 101, [
      ...trade('sell', '14.20000000000001'),
      line('98.55000000000007', '112.7500000000001'),
    ]),
  );
  t.deepEqual(types(said), ['fill.recorded', 'line.rounded']);
  t.is(only(said, 'fill.recorded')?.rlusd, '14.20000000000001');
  t.deepEqual(only(said, 'line.rounded'), {
    type: 'line.rounded',
    hash: 'T1',
    rlusd: '0.00000000000002',
    ledger: 101,
  });
});

test('so it is where others pay one another through our offer', (t) => {
  const event = taken(
    'P1',
    101,
    [...trade('sell', '14.20000000000001'), line('98.55000000000007', '112.7500000000001')],
    { TransactionType: 'Payment', Destination: 'rFriend' },
  );
  const meta = { ...event.meta, delivered_amount: { ...token, value: '500' } };
  t.deepEqual(types(driven().see({ ...event, meta })), ['fill.recorded', 'line.rounded']);
});

test('a trade that nothing was rounded of says nothing more', (t) => {
  const said = driven().see(taken('T1', 101, [...trade('sell', '14.2'), line('98.55', '112.75')]));
  t.deepEqual(types(said), ['fill.recorded']);
});

test('what is left of a trade beyond all roundings is a movement', (t) => {
  const beyond = driven().see(
    taken('P1', 101, [...trade('sell', '14.2'), line('98.55', '112.7500000001')], {
      TransactionType: 'Payment',
    }),
  );
  t.deepEqual(types(beyond), ['fill.recorded', 'movement.seen']);
  t.like(only(beyond, 'movement.seen'), {
    kind: 'payment',
    rlusd: format(decimal('0.0000000001')),
  });
});

test('the bound of a rounding is a hundred in the sixteenth digit of the largest amount', (t) => {
  const outcome = (after: string, before = '14.2') =>
    types(driven().see(taken('T1', 101, [...trade('sell', before), line('98.55', after)]))).at(-1);
  t.is(outcome('112.7500000000099'), 'line.rounded', '99 of 1e-13');
  t.is(outcome('112.7500000000100'), 'movement.seen');
  t.is(outcome('112.7500000000001'), 'line.rounded');
  t.is(outcome('112.7499999999901'), 'line.rounded');
  t.is(outcome('112.7499999999900'), 'movement.seen');
});

test('a payment of dust is a movement, however little it is', (t) => {
  const said = driven().see(
    taken('P1', 101, [line('98.55', '98.55000000000001')], { TransactionType: 'Payment' }),
  );
  t.deepEqual(types(said), ['movement.seen']);
  t.is(only(said, 'movement.seen')?.rlusd, format(decimal('0.00000000000001')));
});

test('a payment that the line rounded is what was paid, and the rest was rounded', (t) => {
  const paid = (value: string, before: string, after: string, from = 'rFriend') => {
    const tx = { TransactionType: 'Payment', Account: from, Destination: account, Sequence: 20 };
    const back = { ...tx, Account: account, Destination: 'rFriend' };
    const event = validated('P1', 101, from === account ? back : tx, [line(before, after)]);
    const meta = { ...event.meta, delivered_amount: { ...token, value } };
    const said = driven().see({ ...event, meta });
    return [only(said, 'movement.seen')?.rlusd, only(said, 'line.rounded')?.rlusd];
  };
  t.deepEqual(paid('50', '97.61182937465018', '147.6118293746502'), ['50', '0.00000000000002']);
  t.deepEqual(paid('50', '97.61', '147.61'), ['50', undefined]);
  const fine = '50.00000000000001';
  t.deepEqual(paid(fine, '120.1', '70.1', account), [`-${fine}`, '0.00000000000001']);
  t.deepEqual(
    paid('50', '97.61', '147.6100000001'),
    ['50.0000000001', undefined],
    'more than that',
  );
  t.deepEqual(paid('1e-20', '97.61', '97.61'), [undefined, undefined], 'nothing came of it');
});

test('a payment whose change needs more than sixteen digits is a movement, and what is left of it was rounded', (t) => {
  const said = driven().see(
    taken('P1', 101, [line('9.999999999999999', '123.4567890123456')], {
      TransactionType: 'Payment',
    }),
  );
  t.deepEqual(types(said), ['movement.seen', 'line.rounded']);
  t.is(only(said, 'movement.seen')?.rlusd, '113.4567890123456');
  t.is(only(said, 'line.rounded')?.rlusd, '0.000000000000001');
});

test('the books are the line to the last digit, whatever is traded and however the balance grows and shrinks', (t) => {
  const happening = fc.record({
    kind: fc.constantFrom(
      'buy' as const,
      'sell' as const,
      'part' as const,
      'take' as const,
      'pay' as const,
    ),
    mantissa: fc.bigInt({ min: 1n, max: 10n ** 16n - 1n }),
    exponent: fc.integer({ min: -24, max: -8 }),
  });
  const seen = { rounded: 0, traded: 0 };
  fc.assert(
    fc.property(fc.array(happening, { minLength: 1, maxLength: 25 }), (happenings) => {
      const { see } = driven();
      let balance = decimal('98.55');
      let inventory: Inventory = { ...noInventory, known: true, openingRlusd: exactly(balance) };
      for (const [index, { kind, mantissa, exponent }] of happenings.entries()) {
        const asked = normalize(mantissa, exponent);
        const amount = kind === 'buy' ? minimum(asked, balance) : asked;
        if (isZero(amount)) continue;
        const before = kind === 'part' ? add(amount, decimal('7.000000000000001')) : amount;
        const left = subtract(before, amount);
        const given = subtract(before, left);
        const after = kind === 'buy' ? subtract(balance, given) : add(balance, given);
        if (kind === 'take' && format(after) === format(balance)) continue;
        const changed = line(format(balance), format(after));
        const hash = `T${index}`;
        const event =
          kind === 'pay'
            ? taken(hash, 101, [changed], { TransactionType: 'Payment' })
            : kind === 'take'
              ? validated(hash, 101, { TransactionType: 'OfferCreate', Sequence: 8 }, [
                  root('60000010', '54000000'),
                  changed,
                ])
              : taken(hash, 101, [
                  ...trade(kind === 'buy' ? 'buy' : 'sell', format(before), format(left)),
                  changed,
                ]);
        const said = see(event);
        if (kind !== 'pay' && types(said).includes('movement.seen')) return false;
        for (const one of said) {
          if (one.type === 'guard.assessed') continue;
          if (one.type === 'line.rounded') seen.rounded += 1;
          if (one.type === 'fill.recorded') seen.traded += 1;
          const row = {
            seq: 1,
            turn: 1,
            at: 0,
            kind: 'decision',
            actor: 'x',
            v: 1,
            cause: 0,
          } as const;
          inventory = applyInventory(inventory, { ...row, event: one });
          if (one.type !== 'movement.seen') continue;
          const confirmed = exact(one.rlusd);
          inventory = { ...inventory, overlayRlusd: sum(inventory.overlayRlusd, confirmed) };
        }
        balance = after;
        if (!isNothing(difference(held(inventory).rlusd, exactly(balance)))) return false;
      }
      return true;
    }),
    { numRuns: 300 },
  );
  t.true(seen.rounded > 500 && seen.traded > 500, 'it has met roundings');
});

test('another pair, another account: nothing', (t) => {
  const foreign = deletedOffer({ ...bid, left: nothing, before: ten, owner: 'rOther' });
  t.deepEqual(driven().see(taken('T1', 101, [foreign])), []);
  t.is(token.issuer, 'rIssuer');
});
