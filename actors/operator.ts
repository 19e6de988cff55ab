/** Messages from the inbox as inputs. One that says nothing that an operator can say is refused with a sentence. */
import type { OperatorInput } from '../events/operator.ts';
import { absolute, compare, decimal, parseDecimal, type Decimal } from '../ledger/decimal.ts';
import { dropsIn } from '../ledger/drops.ts';
import { isPrice } from '../ledger/price.ts';
import { oneLine } from '../ledger/words.ts';
import type { Message, Waiting } from './inbox.ts';

type Read = (message: Message) => OperatorInput | undefined;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? oneLine(value) : undefined;
const whole = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;

/** No token has so many units, and no operator means so many. */
const rlusdMost = decimal('1e15');

const isRlusd = (amount: Decimal | undefined): amount is Decimal =>
  amount !== undefined && compare(absolute(amount), rlusdMost) < 0;

const noted =
  <T extends 'operator.stop' | 'operator.realign'>(type: T): Read =>
  ({ note }) => {
    const words = text(note);
    return words === undefined ? undefined : { type, note: words };
  };

const readers: Readonly<Record<string, Read>> = {
  /** Nothing that is missing beside it keeps a kill from being one. */
  'operator.kill': ({ note }) => ({ type: 'operator.kill', note: text(note) ?? 'no note' }),
  'operator.stop': noted('operator.stop'),
  'operator.realign': noted('operator.realign'),
  'operator.clear': ({ by, note }) => {
    const [who, words] = [text(by), text(note)];
    return who && words !== undefined
      ? { type: 'operator.clear', by: who, note: words }
      : undefined;
  },
  'operator.capital': ({ drops, rlusd, note }) => {
    const [xrp, token, words] = [text(drops), text(rlusd), text(note)];
    if (xrp === undefined || token === undefined || words === undefined) return undefined;
    if (dropsIn(xrp) === undefined || !isRlusd(parseDecimal(token))) return undefined;
    return { type: 'operator.capital', drops: xrp, rlusd: token, note: words };
  },
  'operator.basis': ({ price, note }) => {
    const [average, words] = [text(price), text(note)];
    if (average === undefined || !isPrice(parseDecimal(average)) || words === undefined) {
      return undefined;
    }
    return { type: 'operator.basis', price: average, note: words };
  },
  'operator.acknowledge': ({ session, uuid, seq, note }) => {
    const [number, id, event, words] = [whole(session), text(uuid), whole(seq), text(note)];
    if (number === undefined || id === undefined || event === undefined || words === undefined) {
      return undefined;
    }
    return { type: 'operator.acknowledge', session: number, uuid: id, seq: event, note: words };
  },
};

/** Undefined for a message that is none of these or lacks a field. */
export const operatorInput = (message: Message): OperatorInput | undefined =>
  readers[message.type]?.(message);

/** What waits for a start, as its session will hear it: a kill that a later clear has taken back says so. */
export const inputsOf = (
  waiting: readonly Waiting[],
): readonly Readonly<{ id: string; input: OperatorInput }>[] => {
  const inputs = waiting.flatMap(({ id, message }) => {
    const input = operatorInput(message);
    return input ? [{ id, input }] : [];
  });
  const lastClear = inputs.findLastIndex(({ input }) => input.type === 'operator.clear');
  return inputs.map(({ id, input }, index) => ({
    id,
    input:
      input.type === 'operator.kill' && index < lastClear ? { ...input, cleared: true } : input,
  }));
};
