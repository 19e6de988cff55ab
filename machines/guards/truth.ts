/** Wallet truth: the books and the wallet disagree, or cannot be compared for long. Recovers on a check that is ok or warn. */
import type { GuardFact } from '../../events/guard.ts';
import type { TruthChecked } from '../../events/inventory.ts';
import { formatXrp, parseDrops } from '../../ledger/drops.ts';
import { nearestTo } from '../../ledger/exact.ts';
import type { Reducer } from '../reducer.ts';
import type { WalletTruthSettings } from '../settings.ts';
import { judge } from '../truth-check.ts';

/** `checked` is the check made since the last tick's answer, if any. */
type State = Readonly<{
  checked: TruthChecked | null;
  last: TruthChecked | null;
  unverified: number;
}>;

export const truthGuard = (settings: WalletTruthSettings): Reducer<State> => ({
  id: 'wallet_truth',
  hears: ['truth.checked', 'market.observed'],
  answers: ['market.observed'],
  initial: { checked: null, last: null, unverified: 0 },
  on: (state, { event }, say) => {
    if (event.type === 'truth.checked') {
      const checked = judged(settings, event);
      const unverified = checked.status === 'unverified' ? state.unverified + 1 : 0;
      return { checked, last: checked, unverified };
    }
    if (event.type !== 'market.observed') return state;
    say({ type: 'guard.assessed', guard: 'wallet_truth', fact: assess(settings, state) });
    return state.checked ? { ...state, checked: null } : state;
  },
});

/** By this guard's own thresholds, which may be others than the check was made under. */
const judged = (settings: WalletTruthSettings, check: TruthChecked): TruthChecked => {
  const { deltaDrops, deltaRlusd } = check;
  if (deltaDrops === null || deltaRlusd === null) return check;
  return { ...check, status: judge(settings, parseDrops(deltaDrops), nearestTo(deltaRlusd)) };
};

const assess = (settings: WalletTruthSettings, { checked, last, unverified }: State): GuardFact => {
  const blind = unverified >= settings.unverified_count;
  const trip = checked?.status === 'trip' || (checked?.status === 'unverified' && blind);
  return {
    trip,
    release: isGood(checked) ? 'holds' : checked ? 'broken' : 'neither',
    condition: last?.status ?? null,
    operands: {
      deltaXrp: last?.deltaDrops ? formatXrp(parseDrops(last.deltaDrops)) : null,
      deltaRlusd: last?.deltaRlusd ?? null,
      unverified,
    },
    toTrip: settings.unverified_count - unverified,
    toRelease: isGood(last) ? 0 : 1,
  };
};

const isGood = (check: TruthChecked | null): boolean =>
  check?.status === 'ok' || check?.status === 'warn';
