/** Whatever is asked is answered in an envelope, and never because something broke inside. */
import test from 'ava';
import fc from 'fast-check';
import type { Json } from '../ledger/transport.ts';
import { commands } from '../sandbox/protocol/commands.ts';
import { ownerOf } from './sandbox/wallet.ts';

/** Fields that commands read, so that random values meet them. */
const fields = [
  'account',
  'accounts',
  'amm',
  'amm_account',
  'api_version',
  'asset',
  'asset2',
  'binary',
  'books',
  'close_time',
  'ctid',
  'expand',
  'forward',
  'hotwallet',
  'index',
  'ledger',
  'ledger_hash',
  'ledger_index',
  'ledger_index_max',
  'ledger_index_min',
  'limit',
  'marker',
  'max_ledger',
  'min_ledger',
  'offer',
  'owner_funds',
  'peer',
  'queue',
  'ripple_state',
  'streams',
  'taker',
  'taker_gets',
  'taker_pays',
  'ticket',
  'transaction',
  'transactions',
  'tx_blob',
  'tx_hash',
  'tx_json',
  'type',
];

test('no request breaks the server, and every one is answered', async (t) => {
  const { sandbox, token, offer, close } = await ownerOf();
  sandbox.script?.market({ bid: '1.41', ask: '1.42', amm: '1.415' });
  await offer('buy', 10, 1.4);
  close();
  const session = sandbox.node.connect(() => undefined);
  const { header, transactions } = sandbox.chain.latest();
  const likely = fc.constantFrom<unknown>(
    sandbox.address,
    sandbox.issuer,
    token,
    { currency: 'XRP' },
    'validated',
    'current',
    'closed',
    header.ledger_index,
    header.ledger_hash,
    transactions[0]?.hash,
    transactions[0]?.blob,
    transactions[0]?.tx,
    ['ledger'],
    [sandbox.address],
    'offer',
    2,
    1,
    true,
    '',
    '0',
    -1,
    1e300,
    [{ taker_gets: token, taker_pays: { currency: 'XRP' }, snapshot: true, both: true }],
    { ledger: header.ledger_index, seq: 0 },
    { account: sandbox.address, seq: 1 },
    {
      TransactionType: 'Payment',
      Account: sandbox.address,
      Destination: sandbox.issuer,
      Amount: token,
    },
  );
  const account = sandbox.address;
  const sides = { taker_gets: token, taker_pays: { currency: 'XRP' } };
  const transaction = transactions[0]?.hash;
  const pay = {
    TransactionType: 'Payment',
    Account: account,
    Destination: sandbox.issuer,
    Amount: '1',
  };
  /** What each command is asked for in earnest. */
  const earnest: Readonly<Record<string, Json>> = {
    account_currencies: { account },
    account_info: { account },
    account_lines: { account },
    account_objects: { account },
    account_offers: { account },
    account_tx: { account },
    amm_info: { asset: { currency: 'XRP' }, asset2: token },
    book_offers: sides,
    gateway_balances: { account: sandbox.issuer },
    ledger: { ledger_index: 'validated', transactions: true, expand: true },
    ledger_entry: { offer: { account, seq: 1 } },
    simulate: { tx_json: pay },
    submit: { tx_blob: transactions[0]?.blob },
    subscribe: { streams: ['ledger'], accounts: [account], books: [sides] },
    transaction_entry: { tx_hash: transaction, ledger_index: 'validated' },
    tx: { transaction },
    unsubscribe: { streams: ['ledger'], accounts: [account], books: [sides] },
  };
  for (const [command, params] of Object.entries(earnest)) {
    const { error } = session.answer({ command, ...params });
    t.is(error, command === 'ledger_entry' ? 'entryNotFound' : undefined, command);
  }
  const request = fc
    .record({
      command: fc.constantFrom(...Object.keys(commands)),
      rest: fc.dictionary(fc.constantFrom(...fields), fc.oneof(likely, likely, fc.jsonValue()), {
        maxKeys: 3,
      }),
    })
    .map(({ command, rest }) => ({ command, rest: { ...earnest[command], ...rest } }));
  fc.assert(
    fc.property(request, ({ command, rest }) => {
      const answer: Json = session.answer({ ...rest, command });
      t.is(answer['type'], 'response');
      t.true(answer['status'] === 'success' || typeof answer['error'] === 'string');
      t.not(answer['error'], 'internal', `${command} ${JSON.stringify(rest)}`);
    }),
    { numRuns: 5000 },
  );
});

test('no text breaks it either', async (t) => {
  const { sandbox } = await ownerOf();
  const session = sandbox.node.connect(() => undefined);
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"command":${json}`),
  );
  fc.assert(
    fc.property(text, (each) => {
      t.true(['response', 'error'].includes(String(session.answerText(each)['type'])));
    }),
    { numRuns: 1000 },
  );
});
