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
  /** Index of the newest ledger; 0 before the first. */
  newest: () => number;
  /** A subscription begins at this ledger. Throws a ServerError for one that cannot be. */
  joined: (endpoint: string, index: number) => void;
  /** It is gone, and its word with it. */
  left: (endpoint: string) => void;
  /** Throws a ServerError for a message that is malformed, impossible or outvoted. */
  closed: (endpoint: string, said: Json) => void;
}>;

/** No network closes ledgers faster than this, and none is further ahead of our clock. */
const leastIntervalMs = 50;
const slackLedgers = 1_000;
/** Ledgers that one server may be ahead of the others, and one more for each second since the newest: beyond, its word is not enough. */
const leadLedgers = 3;
const leadIntervalMs = 1_000;
/** Of two servers nobody can say which is right: one that is far ahead is believed once it has gone on from there so many times. */
const stepsEnough = 3;
const aheadMostMs = 600_000;

type Claim = Readonly<{ index: number; steps: number }>;

export const createHeadlines = (
  clock: Clock,
  agreement: Agreement,
  post: (input: Input) => void,
): Headlines => {
  let newest = 0;
  let newestAt = 0;
  /** What each server says is the newest, and how often it has gone on from what it said before. */
  const claims = new Map<string, Claim>();

  const claim = (endpoint: string, index: number): Claim => {
    const before = claims.get(endpoint);
    const step = index - (before?.index ?? 0);
    const steps = before && step > 0 && step <= leadLedgers ? before.steps + 1 : 0;
    const said = { index, steps };
    if (step !== 0) claims.set(endpoint, said);
    return said;
  };

  /** Another server says nearly the same; or there is no other; or there is but one, and it stays behind. */
  const isBelieved = (endpoint: string, { index, steps }: Claim): boolean => {
    const others = [...claims].filter(([other]) => other !== endpoint);
    if (others.some(([, said]) => said.index >= index - leadLedgers)) return true;
    return others.length === 0 || (others.length === 1 && steps >= stepsEnough);
  };

  /** Ledgers beyond the newest that may have closed since, at so many ms each, and `lead` more. */
  const within = (index: number, lead: number, intervalMs: number): boolean =>
    newest === 0 || index <= newest + lead + (clock.now() - newestAt) / intervalMs;

  const refuseImpossible = (index: number): void => {
    if (index >= 1 && within(index, slackLedgers, leastIntervalMs)) return;
    throw new ServerError('malformedAnswer', `ledger ${index} cannot follow ledger ${newest}`);
  };

  const advance = (index: number): void => {
    if (index <= newest) return;
    newest = index;
    newestAt = clock.now();
  };

  return {
    newest: () => newest,
    joined: (endpoint, index) => {
      refuseImpossible(index);
      claim(endpoint, index);
      advance(index);
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
      const isNews = index > newest;
      refuseImpossible(index);
      const claimed = claim(endpoint, index);
      if (!within(index, leadLedgers, leadIntervalMs) && !isBelieved(endpoint, claimed)) {
        throw new ServerError(
          'contradiction',
          `ledger ${index} is far ahead of ledger ${newest}, and no other server knows of it`,
        );
      }
      advance(index);
      const verdict = agreement.hear({ endpoint, index, hash });
      if (verdict.kind === 'outvoted') {
        const { other } = verdict;
        throw new ServerError(
          'contradiction',
          `ledger ${index} is ${hash} here and ${other.hash} there`,
        );
      }
      if (isNews) post({ type: 'ledger.closed', index, hash, closeTime, baseFeeDrops });
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
