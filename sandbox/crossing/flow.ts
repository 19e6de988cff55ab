/**
 * Moves an amount along the best of several paths until it is all there, or the limits or the money are at an end. The
 * best path is the one with the best quality now; each pass takes one quality from it.
 */
import { combinedSlope, outputAt, type Slope } from '../../ledger/amm.ts';
import { compare } from '../../ledger/decimal.ts';
import { minus, type Num, num, over } from '../../ledger/number.ts';
import {
  below,
  difference,
  isNothing,
  isSome,
  least,
  numOf,
  order,
  type Quantity,
  quantityFrom,
  none as zeroLike,
} from '../../ledger/quantity.ts';
import { composed, isNear, type Quality, qualityOf } from '../../ledger/quality.ts';
import { removeOffer } from '../state/book.ts';
import { adopt, type Draft, fork, read } from '../state/draft.ts';
import type { Offer } from '../state/entry.ts';
import type { Result } from '../transactions/result.ts';
import { ordered } from './ordered-sum.ts';
import { type Debt, PathFailure, type PoolUse, type Step } from './step.ts';

export type Path = readonly Step[];

export type Wanted = Readonly<{
  paths: readonly Path[];
  out: Quantity;
  /** The most that may be spent. */
  spend: Quantity | undefined;
  limit: Quality | undefined;
  partial: boolean;
  crossing: 'none' | 'buy' | 'sell';
  poolUse: PoolUse;
}>;

export type Flowed = Readonly<{
  result: Result;
  in: Quantity;
  out: Quantity;
  /** Dead offers that were met: to be removed even if nothing else comes of it. */
  removable: ReadonlySet<string>;
}>;

const passesMost = 1000;
const offersMost = 1500;
const limitDistance = num(1n, -7);
const outDistance = num(1n, -9);
const qualityOne = qualityOf({ pays: num(1n), gets: num(1n) });

type Pass = Readonly<{ in: Quantity; out: Quantity; draft: Draft; wornOut: boolean }>;

/** Runs the payment on the draft, which changes only if the result is tesSUCCESS. */
export const flow = (base: Draft, wanted: Wanted, zeroIn: Quantity): Flowed => {
  const { poolUse, limit, crossing } = wanted;
  const draft = fork(base, true);
  const zeroOut = zeroLike(wanted.out);
  const ins = ordered(zeroIn);
  const outs = ordered(zeroOut);
  const removable = new Set<string>();
  let waiting: readonly Path[] = wanted.paths;
  let remainingOut = wanted.out;
  let remainingIn = wanted.spend;
  let considered = 0;
  let tries = 0;
  const failed = (result: Result): Flowed => ({ result, in: zeroIn, out: zeroOut, removable });

  while (isSome(remainingOut) && (remainingIn === undefined || isSome(remainingIn))) {
    tries += 1;
    if (tries >= passesMost) return failed('telFAILED_PROCESSING');
    const active = byQuality(draft, waiting, limit);
    poolUse.severalPaths = active.length > 1;
    const only = active.length === 1 ? active[0] : undefined;
    const asked =
      only && limit !== undefined ? limitedOut(draft, only, remainingOut, limit) : remainingOut;
    const isLimited = order(asked, remainingOut) !== 0;
    const dead = new Set<string>();
    let best: Pass | undefined;
    waiting = [];
    for (const [at, path] of active.entries()) {
      poolUse.used = false;
      if (crossing !== 'none' && limit !== undefined) {
        const quality = bestQuality(draft, path);
        if (quality === undefined || quality > limit) continue;
      }
      const pass = runPath(draft, path, remainingIn, asked, dead);
      considered += path.reduce((met, step) => met + step.offersMet(), 0);
      if (!pass || isNothing(pass.out)) continue;
      if (!isWithin(qualityOf({ pays: pass.in, gets: pass.out }), limit, isLimited)) continue;
      best = pass;
      waiting = [...(pass.wornOut ? [] : [path]), ...active.slice(at + 1)];
      break;
    }
    if (best) {
      remainingOut = difference(wanted.out, outs.add(best.out));
      const spent = ins.add(best.in);
      if (wanted.spend !== undefined) remainingIn = difference(wanted.spend, spent);
      adopt(draft, best.draft);
      if (poolUse.used) poolUse.passes += 1;
      poolUse.used = false;
    }
    for (const index of dead) {
      removable.add(index);
      const offer = read(draft, index) as Offer | undefined;
      if (offer) removeOffer(draft, offer);
    }
    if (!best || considered >= offersMost) break;
  }

  const spent = ins.total();
  const given = outs.total();
  const refusal = verdict(wanted, given, remainingIn);
  if (refusal) return { result: refusal, in: spent, out: given, removable };
  adopt(base, draft);
  return { result: 'tesSUCCESS', in: spent, out: given, removable };
};

const verdict = (
  wanted: Wanted,
  given: Quantity,
  remainingIn: Quantity | undefined,
): Result | undefined => {
  const { crossing, partial } = wanted;
  if (order(given, wanted.out) !== 0) {
    if (order(given, wanted.out) > 0) return 'tefEXCEPTION';
    if (!partial && crossing !== 'sell') return 'tecPATH_PARTIAL';
    if (partial && isNothing(given)) return 'tecPATH_DRY';
  }
  const mustSpendAll = crossing === 'sell' && !partial;
  return mustSpendAll && remainingIn !== undefined && !isNothing(remainingIn)
    ? 'tecPATH_PARTIAL'
    : undefined;
};

const isWithin = (quality: Quality, limit: Quality | undefined, isLimited: boolean): boolean =>
  limit === undefined || quality <= limit || (isLimited && isNear(quality, limit, limitDistance));

const byQuality = (
  draft: Draft,
  paths: readonly Path[],
  limit: Quality | undefined,
): readonly Path[] => {
  if (paths.length < 2) return paths;
  return paths
    .flatMap((path) => {
      const quality = bestQuality(draft, path);
      return quality === undefined || (limit !== undefined && quality > limit)
        ? []
        : [{ path, quality }];
    })
    .toSorted((a, b) => (a.quality < b.quality ? -1 : a.quality > b.quality ? 1 : 0))
    .map(({ path }) => path);
};

const bestQuality = (draft: Draft, path: Path): Quality | undefined => {
  let quality = qualityOne;
  let debt: Debt = 'issues';
  for (const step of path) {
    const own = step.bestQuality(draft, debt);
    if (own === undefined) return undefined;
    quality = composed(quality, own);
    debt = step.debt(draft, 'forward');
  }
  return quality;
};

/** With one path and a limit, no more is asked of a pool than keeps the average within the limit. */
const limitedOut = (draft: Draft, path: Path, out: Quantity, limit: Quality): Quantity => {
  let slope: Slope | undefined;
  let debt: Debt = 'issues';
  for (const step of path) {
    const own = step.slope(draft, debt);
    if (!own) return out;
    slope = slope ? combinedSlope(slope, own) : own;
    debt = step.debt(draft, 'forward');
  }
  const most = slope && outputAt(slope, limit);
  if (!most) return out;
  const asked = quantityFrom(most, out);
  return areNear(numOf(asked), numOf(out), outDistance) ? out : least(asked, out);
};

const areNear = (a: Num, b: Num, distance: Num): boolean => {
  const sign = compare(a, b);
  if (sign === 0) return true;
  const [low, high] = sign < 0 ? [a, b] : [b, a];
  return compare(over(minus(high, low), high), distance) < 0;
};

/** One run of one path: backwards from what is asked, and forwards again from the leg that cannot give it. */
const runPath = (
  base: Draft,
  path: Path,
  spend: Quantity | undefined,
  out: Quantity,
  removable: Set<string>,
): Pass | undefined => {
  try {
    return ran(base, path, spend, out, removable);
  } catch (error) {
    if (error instanceof PathFailure) return undefined;
    throw error;
  }
};

const ran = (
  base: Draft,
  path: Path,
  spend: Quantity | undefined,
  out: Quantity,
  removable: Set<string>,
): Pass | undefined => {
  let run = { draft: fork(base), untouched: fork(base), removable };
  let limiting = path.length;
  let passedOn: Quantity = zeroLike(out);
  let asked = out;
  for (let at = path.length - 1; at >= 0; at -= 1) {
    const step = path[at] as Step;
    let moved = step.reverse(run, asked);
    if (isNothing(moved.out)) return undefined;
    if (at === 0 && spend !== undefined && below(spend, moved.in)) {
      run = { ...run, draft: fork(base) };
      limiting = at;
      moved = step.forward(run, spend);
      passedOn = moved.out;
      if (isNothing(moved.out) || order(moved.in, spend) !== 0) return undefined;
    } else if (order(moved.out, asked) !== 0) {
      run = { ...run, draft: fork(base), untouched: fork(base) };
      limiting = at;
      asked = moved.out;
      moved = step.reverse(run, asked);
      passedOn = moved.out;
      if (isNothing(moved.out) || order(moved.out, asked) !== 0) return undefined;
    }
    asked = moved.in;
  }
  for (const step of path.slice(limiting + 1)) {
    const moved = step.forward(run, passedOn);
    if (isNothing(moved.out) || order(moved.in, passedOn) !== 0) return undefined;
    passedOn = moved.out;
  }
  return {
    in: (path[0] as Step).moved().in,
    out: (path.at(-1) as Step).moved().out,
    draft: run.draft,
    wornOut: path.some((step) => step.isWornOut()),
  };
};
