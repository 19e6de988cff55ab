/**
 * Whether servers say the same of a validated ledger. Two hashes for one ledger without a majority are a contradiction; it
 * stands until two servers (or the only one there is) agree on that ledger or a later one, however long that takes.
 */
import { ServerError } from '../../ledger/transport.ts';

export type Word = Readonly<{ endpoint: string; index: number; hash: string }>;

/** `outvoted`: more servers say another hash than this one. */
export type Verdict =
  | Readonly<{ kind: 'fine' }>
  | Readonly<{ kind: 'contradicted' | 'outvoted'; other: Word }>
  | Readonly<{ kind: 'agreed'; endpoints: readonly string[] }>;

export type Agreement = Readonly<{
  hear: (word: Word) => Verdict;
  /** Throws a ServerError where most servers say another hash; none may have said one, or it is too old. */
  refuseOther: (index: number, hash: string) => void;
  /** What was said of ledgers behind this one was of none. */
  forgetBehind: (index: number) => void;
}>;

/** Words on older ledgers are let go. */
const ledgersKept = 64;

type Camp = Readonly<{ word: Word; endpoints: ReadonlySet<string> }>;

export const createAgreement = (servers: number): Agreement => {
  /** What each ledger is said to be, the most said first. */
  const words = new Map<number, readonly Camp[]>();
  let disputed: number | null = null;

  const enlist = (word: Word): readonly Camp[] => {
    const before = words.get(word.index) ?? [];
    const own = before.find((camp) => camp.word.hash === word.hash);
    const joined = {
      word: own?.word ?? word,
      endpoints: new Set(own?.endpoints).add(word.endpoint),
    };
    const camps = own ? before.map((camp) => (camp === own ? joined : camp)) : [...before, joined];
    const sorted = camps.toSorted((a, b) => b.endpoints.size - a.endpoints.size);
    words.set(word.index, sorted);
    for (const index of words.keys()) if (index <= word.index - ledgersKept) words.delete(index);
    return sorted;
  };

  return {
    hear: (word) => {
      const [most, second] = enlist(word);
      if (!most) return { kind: 'fine' };
      if (second?.endpoints.size === most.endpoints.size) {
        const other = (most.word.hash === word.hash ? second : most).word;
        const isNews = disputed === null || word.index > disputed;
        disputed = Math.max(disputed ?? 0, word.index);
        return isNews ? { kind: 'contradicted', other } : { kind: 'fine' };
      }
      if (word.hash !== most.word.hash) return { kind: 'outvoted', other: most.word };
      const isEnough = most.endpoints.size >= Math.min(2, servers);
      if (disputed === null || word.index < disputed || !isEnough) return { kind: 'fine' };
      disputed = null;
      return { kind: 'agreed', endpoints: [...most.endpoints] };
    },
    refuseOther: (index, hash) => {
      const known = words.get(index)?.[0]?.word.hash;
      if (known === undefined || known === hash) return;
      throw new ServerError('contradiction', `ledger ${index} is ${hash} here and ${known} there`);
    },
    forgetBehind: (index) => {
      for (const one of words.keys()) if (one > index) words.delete(one);
      if (disputed !== null) disputed = Math.min(disputed, index);
    },
  };
};
