/**
 * Ledgers as they close, from any server: each once, none older than the newest, none that cannot be. Where two servers
 * contradict each other that is said, and said again when they agree.
 */
import type { Input } from '../../events/event.ts';
import { ServerError, type Json } from '../../ledger/transport.ts';
import { unixMs } from '../../ledger/time.ts';
import type { Clock } from '../clock.ts';
import type { Agreement } from './agreement.ts';
import { count, text } from './json.ts';

export type Headlines = Readonly<{
  /** Index of the newest ledger that is believed; 0 where nobody says any. It goes back where who said it is gone. */
  newest: () => number;
  /** A subscription begins at this ledger. Throws a ServerError for one that cannot be. */
  joined: (endpoint: string, index: number) => void;
  /** This ledger was read whole: who is behind it has no say in which is the newest. */
  proven: (index: number) => void;
  /** It is gone, and its word with it. */
  left: (endpoint: string) => void;
  /** Throws a ServerError for a message that is malformed, impossible or outvoted. */
  closed: (endpoint: string, said: Json) => void;
}>;

/** No server goes on faster than this, nor is its clock further ahead of ours. */
const leastIntervalMs = 50;
const slackLedgers = 1_000;
/** Ledgers that one server may be ahead of the others, and one more for each second since their newest: beyond, its word is not enough. */
const leadLedgers = 3;
const leadIntervalMs = 1_000;
/** Of two servers nobody can say which is right: what cannot have closed since the last read is believed once its server has gone on from there so many times. */
const stepsEnough = 3;
/** A message that is so many ledgers late, or repeated, takes nothing back. */
const lateLedgers = 4;
const aheadMostMs = 600_000;

/** What a server says is the newest, since when, and how often it has gone on to there from what was believed. */
type Claim = Readonly<{ endpoint: string; index: number; at: number; steps: number }>;

export const createHeadlines = (
  clock: Clock,
  agreement: Agreement,
  post: (input: Input) => void,
  atLeast = 0,
): Headlines => {
  const claims = new Map<string, Claim>();
  /** The newest that was read here; and what the log has read before, which is of any age. */
  let read: Pick<Claim, 'index' | 'at'> | null = null;
  const provenIndex = (): number => read?.index ?? atLeast;
  /** The newest ledger that was told as closed. */
  let told = 0;

  const claim = (endpoint: string, index: number): Claim => {
    const before = claims.get(endpoint);
    const step = index - (before?.index ?? index);
    if (before && step <= 0 && step >= -lateLedgers) return before;
    const isNear = read ? isWithin(index, read, leadLedgers, leadIntervalMs) : !before;
    const goesOn = before && step > 0 && step <= leadLedgers;
    const steps = goesOn ? before.steps + 1 : isNear ? stepsEnough : 0;
    const said = { endpoint, index, at: clock.now(), steps };
    claims.set(endpoint, said);
    return said;
  };

  /** There is no other server; or it is no further than another may be by now; or one other at most has a say, and it has gone on for long enough. */
  const isBelieved = ({ endpoint, index, steps }: Claim): boolean => {
    const others = [...claims.values()].filter((one) => one.endpoint !== endpoint);
    if (others.length === 0) return true;
    const heard = others.filter((one) => one.index >= provenIndex());
    const [best] = heard.toSorted((a, b) => b.index - a.index);
    if (best && isWithin(index, best, leadLedgers, leadIntervalMs)) return true;
    return heard.length <= 1 && steps >= stepsEnough;
  };

  const newest = (): number =>
    Math.max(0, ...[...claims.values()].filter(isBelieved).map(({ index }) => index));

  /** Beyond a server's word by what may have closed since, at so many ms each, and `lead` more. */
  const isWithin = (
    index: number,
    word: Pick<Claim, 'index' | 'at'>,
    lead: number,
    intervalMs: number,
  ): boolean => index <= word.index + lead + (clock.now() - word.at) / intervalMs;

  /** Throws for what does not follow from the server's own last word; what others say is another matter. */
  const refuseImpossible = (endpoint: string, index: number): void => {
    const before = claims.get(endpoint);
    if (index >= 1 && (!before || isWithin(index, before, slackLedgers, leastIntervalMs))) return;
    const after = before?.index ?? 0;
    throw new ServerError('malformedAnswer', `ledger ${index} cannot follow ledger ${after}`);
  };

  return {
    newest,
    joined: (endpoint, index) => {
      refuseImpossible(endpoint, index);
      claim(endpoint, index);
    },
    proven: (index) => {
      if (index > provenIndex()) read = { index, at: clock.now() };
    },
    left: (endpoint) => void claims.delete(endpoint),
    closed: (endpoint, said) => {
      const index = count(said, 'ledger_index');
      const hash = text(said, 'ledger_hash');
      const closeTime = count(said, 'ledger_time');
      const baseFeeDrops = count(said, 'fee_base');
      if (closeTime < 0 || unixMs(closeTime) > clock.now() + aheadMostMs) {
        throw new ServerError(
          'malformedAnswer',
          `ledger ${index} closed at ${closeTime}, ahead of us`,
        );
      }
      refuseImpossible(endpoint, index);
      const before = newest();
      if (!isBelieved(claim(endpoint, index))) {
        throw new ServerError(
          'contradiction',
          `ledger ${index} is far ahead of ledger ${before}, and no other server knows of it`,
        );
      }
      /** It was told by one server alone, and was none. */
      if (read && index < told && !isWithin(told, read, lateLedgers, leadIntervalMs)) {
        told = read.index;
        agreement.forgetBehind(index);
      }
      const verdict = agreement.hear({ endpoint, index, hash });
      if (verdict.kind === 'outvoted') {
        const { other } = verdict;
        throw new ServerError(
          'contradiction',
          `ledger ${index} is ${hash} here and ${other.hash} there`,
        );
      }
      if (index > Math.max(before, told)) {
        told = index;
        post({ type: 'ledger.closed', index, hash, closeTime, baseFeeDrops });
      }
      if (verdict.kind === 'contradicted') {
        const { other } = verdict;
        const against = { otherEndpoint: other.endpoint, otherHash: other.hash };
        post({ type: 'ledger.contradicted', index, endpoint, hash, ...against });
      }
      if (verdict.kind === 'agreed') {
        post({ type: 'ledger.agreed', index, endpoints: verdict.endpoints });
      }
    },
  };
};
