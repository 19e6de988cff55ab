/** One long recorded market session: what a subscriber heard, message by message, against what is heard here. */
import test from 'ava';
import { encode, encodeForSigning } from 'ripple-binary-codec';
import { deriveKeypair, sign } from 'ripple-keypairs';
import { unixMs } from '../ledger/time.ts';
import type { Genesis } from '../sandbox/chain.ts';
import { createChain } from '../sandbox/chain/create.ts';
import { createNode } from '../sandbox/protocol/node.ts';
import {
  type Case,
  casesOf,
  type Json,
  recordingsFolder,
  type Step,
  unnamed,
} from './conformance/recording.ts';

type Heard = Json & Readonly<{ same_as?: number }>;
type Head = Case & Readonly<{ subscribe: Readonly<{ request: Json; response: Json }> }>;

const folder = recordingsFolder();

const unlike = new Set(['ledger_hash', 'validated_ledgers', 'ledger_index_min']);

const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !unlike.has(key))
      .map(([key, inner]) => [key, comparable(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

const signed = (one: Case, tx: Json): string => {
  const account = Object.values(one.accounts).find(({ address }) => address === tx['Account']);
  const keys = deriveKeypair(account?.seed ?? '');
  const full = { ...tx, SigningPubKey: keys.publicKey };
  return encode({ ...full, TxnSignature: sign(encodeForSigning(full), keys.privateKey) });
};

if (!folder)
  test('recordings of a real server are not there: the session is not compared', (t) => t.pass());
else {
  test('a subscriber hears what the recorded one heard', (t) => {
    const [one] = [...casesOf(folder, 'session')] as Head[];
    if (!one) return t.fail('no session is recorded');
    const pool = Object.values(one.accounts).find(({ amm }) => amm === true)?.address ?? '';
    const chain = createChain(one.start as Genesis, () => pool);
    const now = (): number => unixMs(chain.latest().header.close_time);
    const node = createNode({ chain: () => chain, now, networkId: 0, manual: null });
    for (const ledger of one.setup) {
      for (const { tx, tx_blob: blob } of ledger.txs)
        chain.submit(blob ?? signed(one, unnamed(tx, one)));
      node.closed(chain.close(ledger.close_time));
    }
    let heard: Json[] = [];
    const session = node.connect((message) => heard.push(message));
    const answer = session.answer(one.subscribe.request);
    t.deepEqual(
      comparable(answer['result']),
      comparable(one.subscribe.response['result'] ?? one.subscribe.response),
    );
    let compared = 0;
    let different = 0;
    const first: string[] = [];
    for (const step of one.steps as readonly (Step & { stream: readonly Heard[] })[]) {
      heard = [];
      for (const { tx_blob: blob } of step.txs) chain.submit(blob);
      node.closed(chain.close(step.ledger.close_time));
      const recorded = step.stream.map((message) =>
        message.same_as === undefined ? message : (step.stream[Number(message.same_as)] as Json),
      );
      compared += recorded.length;
      const [want, have] = [recorded, heard].map((list) =>
        list.map((each) => JSON.stringify(comparable(each))),
      );
      for (let place = 0; place < Math.max(recorded.length, heard.length); place += 1) {
        if (want?.[place] === have?.[place]) continue;
        different += 1;
        if (first.length < 3)
          first.push(
            `ledger ${step.ledger.ledger_index} message ${place}\n${want?.[place]}\n${have?.[place]}`,
          );
      }
    }
    t.true(compared > 1000);
    t.is(different, 0, `${different} of ${compared} messages differ\n${first.join('\n')}`);
  });
}
