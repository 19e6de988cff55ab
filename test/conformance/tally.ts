/** Counts what agreed and what did not, by kind of value and by kind of case, and keeps the first differences. */
export const aspects = [
  'submit',
  'result',
  'balances',
  'offers',
  'books',
  'amm',
  'metadata',
  'order',
  'stream',
  'protocol',
] as const;
export type Aspect = (typeof aspects)[number];

/** The least share of each that may agree. */
export const required: Readonly<Record<Aspect, number>> = {
  submit: 0.995,
  result: 0.995,
  balances: 0.995,
  offers: 0.995,
  books: 0.99,
  amm: 0.99,
  metadata: 0.98,
  order: 0.97,
  stream: 0.97,
  protocol: 0.95,
};

type Count = { right: number; all: number };
export type Tally = Readonly<{
  note: (aspect: Aspect, group: string, place: string, wrong: readonly string[]) => void;
  report: (differencesShown: number) => string;
  share: (aspect: Aspect) => number;
  /** How many values were compared. */
  count: (aspect: Aspect) => number;
}>;

const linesPerDifference = 4;

export const tally = (): Tally => {
  const counts = new Map<string, Count>();
  const groups = new Set<string>();
  const wrongs: string[] = [];
  const count = (aspect: Aspect, group: string): Count => {
    const key = `${aspect}/${group}`;
    const found = counts.get(key) ?? { right: 0, all: 0 };
    counts.set(key, found);
    return found;
  };
  const shareText = ({ right, all }: Count): string =>
    all === 0 ? '      –' : `${((100 * right) / all).toFixed(2).padStart(6)}%`;
  const row = (name: string, group: string): string =>
    `${name.padEnd(30)} ${aspects.map((aspect) => shareText(count(aspect, group)).padStart(9)).join(' ')}`;
  return {
    note: (aspect, group, place, wrong) => {
      groups.add(group);
      for (const at of [group, group.split('/')[0] as string, 'all']) {
        const found = count(aspect, at);
        found.all += 1;
        if (wrong.length === 0) found.right += 1;
      }
      if (wrong.length > 0) {
        wrongs.push([`${aspect} ${place}`, ...wrong.slice(0, linesPerDifference)].join('\n    '));
      }
    },
    share: (aspect) => {
      const { right, all } = count(aspect, 'all');
      return all === 0 ? 1 : right / all;
    },
    count: (aspect) => count(aspect, 'all').all,
    report: (shown) => {
      const kinds = [...new Set([...groups].map((group) => group.split('/')[0] as string))];
      const head = `${''.padEnd(30)} ${aspects.map((aspect) => aspect.padStart(9)).join(' ')}`;
      const rows = [...groups].toSorted().map((group) => row(group, group));
      return [
        ...wrongs.slice(0, shown),
        head,
        ...rows,
        '',
        ...kinds.map((kind) => row(kind, kind)),
        row('all', 'all'),
      ].join('\n');
    },
  };
};
