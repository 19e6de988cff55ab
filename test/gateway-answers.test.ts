/** Whatever a server answers: malformed, late, contradictory or missing, it is recorded as what it is and never becomes state. */
import test from 'ava';
import fc from 'fast-check';
import { createCore } from '../actors/core.ts';
import { ServerError, type Json } from '../ledger/transport.ts';
import { edge, type Edge } from './edge.ts';
import { opened, settings } from './given.ts';

type Change = (answer: Json) => Json;

/** Sets what stands at a path of fields; undefined takes it away. */
const at =
  (path: readonly (string | number)[], value: unknown): Change =>
  (answer) =>
    replaced(answer, path, value) as Json;

const replaced = (node: unknown, path: readonly (string | number)[], value: unknown): unknown => {
  const [field, ...rest] = path;
  if (field === undefined) return value;
  if (Array.isArray(node)) {
    return node.map((one: unknown, index) => (index === field ? replaced(one, rest, value) : one));
  }
  const object = (typeof node === 'object' && node !== null ? node : {}) as Json;
  return { ...object, [field]: replaced(object[field], rest, value) };
};

const all =
  (...changes: readonly Change[]): Change =>
  (answer) =>
    changes.reduce((changed, change) => change(changed), answer);

type Case = readonly [what: string, command: string, change: Change, code: string];

const malformed = 'malformedAnswer';
const contradiction = 'contradiction';
/** One drop more than there are. */
const beyond = '100000000000000001';
const commands = [
  'ledger',
  'book_offers',
  'amm_info',
  'account_info',
  'account_lines',
  'account_offers',
];

const cases: readonly Case[] = [
  ...commands.flatMap((command): readonly Case[] => [
    [`${command} of another ledger`, command, at(['ledger_index'], 2), contradiction],
    [
      `${command} of a ledger that is not validated`,
      command,
      at(['validated'], false),
      contradiction,
    ],
    [`${command} without a ledger`, command, at(['ledger_index'], undefined), malformed],
    [`${command} that says nothing`, command, () => ({}), malformed],
    [
      `${command} of the same ledger with another hash`,
      command,
      at(['ledger_hash'], 'A'.repeat(64)),
      contradiction,
    ],
  ]),
  ['a close time in words', 'ledger', at(['ledger', 'close_time'], 'noon'), malformed],
  ['a book that is no list', 'book_offers', at(['offers'], { 0: 1 }), malformed],
  ['an offer without a price', 'book_offers', at(['offers', 0, 'quality'], undefined), malformed],
  ['an offer at no price', 'book_offers', at(['offers', 0, 'quality'], '0'), malformed],
  ['an offer of no number', 'book_offers', at(['offers', 0, 'TakerGets'], 'many'), malformed],
  ['a pool of no number', 'amm_info', at(['amm', 'amount'], '1.5'), malformed],
  ['a pool without its token', 'amm_info', at(['amm', 'amount2'], '7'), malformed],
  ['a pool with no amount of it', 'amm_info', at(['amm', 'amount2', 'value'], 'some'), malformed],
  [
    "another account's balance",
    'account_info',
    at(['account_data', 'Account'], 'rrrrrrrrrrrrrrrrrrrrBZbvji'),
    contradiction,
  ],
  ['a pool of more XRP than there is', 'amm_info', at(['amm', 'amount'], beyond), malformed],
  ['a balance below zero', 'account_info', at(['account_data', 'Balance'], '-1'), malformed],
  [
    'a balance of more XRP than there is',
    'account_info',
    at(['account_data', 'Balance'], beyond),
    malformed,
  ],
  ['a balance that is a number', 'account_info', at(['account_data', 'Balance'], 60), malformed],
  ['half a Sequence', 'account_info', at(['account_data', 'Sequence'], 7.5), malformed],
  ['lines without a list', 'account_lines', at(['lines'], null), malformed],
  ['a line of no number', 'account_lines', at(['lines', 0, 'balance'], 'NaN'), malformed],
  ['a line without a balance', 'account_lines', at(['lines', 0, 'balance'], undefined), malformed],
  ['an offer without a number', 'account_offers', at(['offers'], [{ taker_gets: '1' }]), malformed],
  ['offers that never end', 'account_offers', at(['marker'], 'again'), malformed],
  ['a server without a state', 'server_state', at(['state', 'server_state'], 5), malformed],
  ['a server without a load', 'server_state', at(['state', 'load_factor'], '1'), malformed],
  [
    'ledgers in words',
    'server_state',
    at(['state', 'complete_ledgers'], 'most of them'),
    malformed,
  ],
  ['a fee in words', 'fee', at(['drops', 'open_ledger_fee'], 'ten'), malformed],
  ['a fee of more XRP than there is', 'fee', at(['drops', 'open_ledger_fee'], beyond), malformed],
  ['a fee below zero', 'fee', at(['drops', 'base_fee'], '-10'), malformed],
  ['a listing of less than was asked for', 'account_tx', at(['ledger_index_max'], 3), 'lgrGap'],
  ['a listing that starts too late', 'account_tx', at(['ledger_index_min'], 99_999), 'lgrGap'],
  ['a listing without its range', 'account_tx', at(['ledger_index_min'], undefined), malformed],
  ['a listing that is none', 'account_tx', at(['transactions'], 'none'), malformed],
  ['a listing that never ends', 'account_tx', at(['marker'], { ledger: 1, seq: 1 }), malformed],
  [
    'a listing of what is not validated',
    'account_tx',
    at(['transactions', 0, 'validated'], false),
    malformed,
  ],
  [
    'a listing of another range',
    'account_tx',
    at(['transactions', 0, 'ledger_index'], 3),
    malformed,
  ],
  [
    'a transaction without metadata',
    'account_tx',
    at(['transactions', 0, 'meta'], undefined),
    malformed,
  ],
  [
    'metadata without nodes',
    'account_tx',
    at(['transactions', 0, 'meta', 'AffectedNodes'], 'x'),
    malformed,
  ],
  ['a transaction without a hash', 'account_tx', at(['transactions', 0, 'hash'], '12'), malformed],
  [
    'a transaction without a type',
    'account_tx',
    at(['transactions', 0, 'tx_json', 'TransactionType'], 1),
    malformed,
  ],
  [
    'a transaction without an index',
    'account_tx',
    at(['transactions', 0, 'meta', 'TransactionIndex'], null),
    malformed,
  ],
  [
    'one that closed at no time',
    'account_tx',
    at(['transactions', 0, 'close_time_iso'], 'noon'),
    malformed,
  ],
  [
    'the same transaction twice',
    'account_tx',
    (answer) => ({
      ...answer,
      transactions: [answer['transactions'], answer['transactions']].flat(),
    }),
    malformed,
  ],
  ['silence about what the stream said', 'account_tx', at(['transactions'], []), contradiction],
  [
    'another result than the stream said',
    'account_tx',
    at(['transactions', 0, 'meta', 'TransactionResult'], 'tecKILLED'),
    contradiction,
  ],
];

const lie = (world: Edge, command: string, change: Change): void => {
  const [server] = world.servers;
  if (!server) return;
  server.lies.answer = (asked, answer) => (asked === command ? change(answer) : answer);
  server.lies.asked = (request) => ({ ...request, marker: undefined });
};
const honest = ({ servers }: Edge): void => {
  for (const { lies } of servers) lies.answer = lies.message = lies.asked = undefined;
};

for (const [what, command, change, code] of cases) {
  test(`a read is refused: ${what}`, async (t) => {
    const world = await edge();
    await world.pay();
    world.forget();
    lie(world, command, change);
    await world.read();
    t.deepEqual(
      world.posted.map(({ type }) => type),
      ['read.failed'],
    );
    t.is(world.said('read.failed')[0]?.code, code, world.said('read.failed')[0]?.message);
    honest(world);
    world.forget();
    await world.pass(3);
    await world.read();
    t.is(world.said('market.read').length, 1, 'and the next is read as ever');
  });
}

const about: readonly (readonly [whom: 'address' | 'issuer', command: string, code: string])[] = [
  ['address', 'account_info', 'accountNotFound'],
  ['address', 'account_lines', 'accountNotFound'],
  ['address', 'account_offers', 'accountNotFound'],
  ['address', 'account_tx', 'accountNotFound'],
  ['issuer', 'account_info', 'issuerNotFound'],
];

for (const [whom, command, code] of about) {
  test(`a read says that the ${whom} is not on the ledger, whichever request is told so first: ${command}`, async (t) => {
    const world = await edge();
    const [server] = world.servers;
    const address = world.sandbox[whom];
    await world.close();
    if (server) {
      server.lies.asked = (request) => {
        if (request.command !== command || request['account'] !== address) return request;
        throw new ServerError('actNotFound', 'Account not found.');
      };
    }
    await world.read();
    const [failed] = world.said('read.failed');
    t.is(failed?.code, code, failed?.message);
    t.is(failed?.message, `${address} is no account of this ledger`);
  });
}

const closed =
  (change: Change): Change =>
  (message) =>
    message['type'] === 'ledgerClosed' ? change(message) : message;
const paid =
  (change: Change): Change =>
  (message) =>
    message['type'] === 'transaction' ? change(message) : message;
const node = ['meta', 'AffectedNodes', 0];

const messages: readonly (readonly [what: string, change: Change])[] = [
  ['a ledger without a number', closed(at(['ledger_index'], undefined))],
  ['a ledger before the first', closed(at(['ledger_index'], -4))],
  ['a ledger that nobody can have reached', closed(at(['ledger_index'], 900_000_000))],
  ['a ledger without a hash', closed(at(['ledger_hash'], 5))],
  ['a ledger that closed at no time', closed(at(['ledger_time'], 'noon'))],
  ['a ledger of next year', closed(at(['ledger_time'], 900_000_000))],
  ['a ledger without a fee', closed(at(['fee_base'], undefined))],
  ['a transaction without metadata', paid(at(['meta'], undefined))],
  [
    'a transaction of no ledger',
    paid(all(at(['ledger_index'], 'x'), at(['tx_json', 'ledger_index'], 'x'))),
  ],
  ['a node that is none', paid(at(node, 7))],
  [
    'a balance of no number',
    paid(
      at(
        ['meta', 'AffectedNodes'],
        [
          {
            ModifiedNode: {
              LedgerEntryType: 'AccountRoot',
              FinalFields: { Account: 'ours', Balance: 'much' },
              PreviousFields: { Balance: '1' },
            },
          },
        ],
      ),
    ),
  ],
];

for (const [what, change] of messages) {
  test(`a message is refused: ${what}`, async (t) => {
    const world = await edge();
    const [server] = world.servers;
    const whose = JSON.stringify(world.sandbox.address);
    if (server) {
      server.lies.message = (message) =>
        JSON.parse(JSON.stringify(change(message)).replaceAll('"ours"', whose)) as Json;
    }
    world.forget();
    await world.pay();
    t.true(world.said('answer.refused').length === 1, JSON.stringify(world.posted));
    t.is(world.posted.length, 2, 'and the other one of the two is heard');
    honest(world);
    await world.pass(3);
    await world.close();
    await world.read();
    t.is(world.said('market.read').length, 1);
    t.is(world.said('transaction.validated').length, 1, 'nothing is lost by it');
  });
}

/** Every place of an answer, as paths. */
const places = (
  value: unknown,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const fields = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...fields.flatMap((field) => places((value as never)[field], [...path, field]))];
};

const nonsense: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  '',
  '0',
  '-1',
  '1e400',
  'NaN',
  'x',
  'a'.repeat(300),
  [],
  {},
  [null],
  { value: '1' },
];

test('whatever is put in the place of anything, the core goes on and the next honest read is read', async (t) => {
  const tampering = fc.record({
    where: fc.constantFrom('answer' as const, 'message' as const),
    which: fc.nat({ max: 40 }),
    place: fc.nat({ max: 10_000 }),
    put: fc.constantFrom(...nonsense),
  });
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(tampering, { minLength: 1, maxLength: 6 }), async (lies) => {
      const core = createCore(settings);
      let begun = false;
      const world = await edge(['ws://one'], (input, now) => {
        if (begun) core.turn(input, now);
      });
      const { address: account, issuer } = world.sandbox;
      const brought = { ...opened.brought, coveredLedger: 1 };
      core.turn({ ...opened, account, issuer, brought }, world.now());
      for (const input of world.posted) core.turn(input, world.now());
      begun = true;
      const [server] = world.servers;
      let [answers, heard] = [0, 0];
      const tampered = (where: 'answer' | 'message', which: number, said: Json): Json =>
        lies
          .filter((one) => one.where === where && one.which === which)
          .reduce((changed, { place, put }) => {
            const all = places(changed);
            const path = all[place % all.length] ?? [];
            return path.length === 0 ? changed : at(path, put)(changed);
          }, said);
      if (server) {
        server.lies.answer = (_, answer) => tampered('answer', (answers += 1), answer);
        server.lies.message = (message) => tampered('message', (heard += 1), message);
      }
      for (let n = 0; n < 3; n += 1) {
        await world.pay();
        await world.read();
        core.turn({ type: 'tick', index: n }, world.now());
        await world.pass(4);
      }
      refusals += world.said('answer.refused').length + world.said('read.failed').length;
      honest(world);
      await world.pass(30);
      world.forget();
      await world.close();
      await world.read();
      return world.said('market.read').length === 1;
    }),
    { numRuns: 40, seed: 1 },
  );
  t.true(refusals > 10, `${refusals} of the lies were noticed`);
});
