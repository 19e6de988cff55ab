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

test('what goes through the link is what would be on the wire', async (t) => {
  const { sandbox, token, offer, close } = await ownerOf();
  const heard: Json[] = [];
  const session = sandbox.node.connect((message) => heard.push(message));
  const account = sandbox.address;
  const sides = { taker_gets: token, taker_pays: { currency: 'XRP' } };
  const both = [{ ...sides, both: true, snapshot: true }];
  const asked: Json[] = [
    {
      command: 'subscribe',
      streams: ['ledger', 'transactions', 'transactions_proposed', 'book_changes'],
      accounts: [account],
      books: both,
    },
  ];
  sandbox.script?.market({ bid: '1.41', ask: '1.42', amm: '1.415' });
  const answers = [session.answer(asked[0] ?? {})];
  const sequence = await offer('buy', 10, 1.4);
  close();
  sandbox.script?.take('buy', '0.5');
  close();
  const { hash } = sandbox.chain.latest().transactions[0] ?? {};
  for (const api_version of [1, 2]) {
    for (const request of [
      { command: 'account_info', account, signer_lists: true, queue: true },
      { command: 'account_lines', account },
      { command: 'account_objects', account },
      { command: 'account_offers', account },
      { command: 'account_tx', account },
      { command: 'amm_info', asset: { currency: 'XRP' }, asset2: token },
      { command: 'book_changes' },
      { command: 'book_offers', ...sides },
      { command: 'ledger', ledger_index: 'validated', transactions: true, expand: true },
      { command: 'ledger_entry', offer: { account, seq: sequence } },
      { command: 'server_info' },
      { command: 'server_state' },
      { command: 'tx', transaction: hash },
      { command: 'fee' },
      { command: 'nonsense' },
    ]) {
      answers.push(session.answer({ ...request, api_version }));
    }
  }
  t.true(heard.length > 8);
  for (const each of [...answers, ...heard]) t.deepEqual(each, JSON.parse(JSON.stringify(each)));
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
