/** Turns a payment's path into its legs, and refuses what cannot be one. Knows the implied ends that a path leaves out. */
import { nobody, zeroAccount } from '../../ledger/address.ts';
import type { Asset } from '../chain.ts';
import { isIssued } from '../state/asset.ts';
import type { Draft } from '../state/draft.ts';
import { legBuilder } from './legs.ts';
import type { Legs, PathElement, Route } from './route.ts';
import type { Result } from '../transactions/result.ts';

const isAccount = (element: PathElement): element is PathElement & { account: string } =>
  element.account !== undefined;

const isBadElement = ({ account, currency, issuer }: PathElement): boolean =>
  (account === undefined && currency === undefined && issuer === undefined) ||
  (account !== undefined && (currency !== undefined || issuer !== undefined)) ||
  (currency === 'XRP' && issuer !== undefined) ||
  [account, issuer].some((address) => address === nobody || address === zeroAccount);

const namesNobody = ({ receiver, deliver, spend }: Route): boolean =>
  [receiver, deliver.issuer, spend?.issuer].includes(nobody);

const withEnds = (route: Route, path: readonly PathElement[]): readonly PathElement[] => {
  const { sender, receiver, deliver, spend, crossing } = route;
  const first = spend ?? deliver;
  const whole: (PathElement & { start?: boolean })[] = [
    { account: sender, currency: first.currency, issuer: sender, start: true },
  ];
  const opening = path[0];
  if (spend?.issuer !== undefined && spend.issuer !== sender && opening?.account !== spend.issuer) {
    whole.push({ account: spend.issuer });
  }
  whole.push(...path);
  const last = whole.findLast(({ currency }) => currency !== undefined) as PathElement;
  const lastIssuer = last.currency === 'XRP' ? undefined : last.issuer;
  if (
    last.currency !== deliver.currency ||
    (crossing && (isIssued(deliver) ? lastIssuer !== deliver.issuer : false))
  ) {
    whole.push({
      currency: deliver.currency,
      ...(isIssued(deliver) ? { issuer: deliver.issuer } : {}),
    });
  }
  const endsAtIssuer = whole.at(-1)?.account === deliver.issuer;
  if (isIssued(deliver) && !endsAtIssuer && receiver !== deliver.issuer) {
    whole.push({ account: deliver.issuer });
  }
  if (whole.at(-1)?.account !== receiver) whole.push({ account: receiver });
  return whole;
};

/** The legs of one path, or the result code that says why there are none. */
export const legsOf = (draft: Draft, route: Route, path: readonly PathElement[]): Legs => {
  if (path.some(isBadElement) || namesNobody(route)) return { result: 'temBAD_PATH' };
  const elements = withEnds(route, path);
  const builder = legBuilder(draft, route, path.length === 0);
  const first = route.spend ?? route.deliver;
  let asset: Asset = isIssued(first) ? { currency: first.currency, issuer: route.sender } : first;
  for (const [at, element] of elements.entries()) {
    const next = elements[at + 1];
    if (!next) break;
    asset = assetAfter(asset, element);
    const isLast = at === elements.length - 2;
    let failure: Result | undefined;
    if (!isAccount(element) && isAccount(next)) {
      if (!isIssued(asset)) {
        failure = isLast ? builder.xrp(next.account, true) : 'temBAD_PATH';
      } else if (asset.issuer !== next.account) {
        failure = builder.line(asset.issuer, next.account, asset.currency, false);
      }
    } else if (isAccount(element) && isAccount(next)) {
      failure = isIssued(asset)
        ? builder.line(element.account, next.account, asset.currency, isLast)
        : 'temBAD_PATH';
    } else {
      if (at === 0 && !isIssued(asset)) failure = builder.xrp(route.sender, false);
      failure ??= builder.book(asset, outOf(asset, next));
    }
    if (failure !== undefined) return { result: failure };
  }
  return { steps: builder.steps };
};

const assetAfter = (asset: Asset, element: PathElement): Asset => {
  const currency = element.currency ?? asset.currency;
  if (currency === 'XRP') return { currency };
  const issuer =
    element.account !== undefined && element.issuer === undefined
      ? element.account
      : (element.issuer ?? asset.issuer);
  return issuer === undefined ? { currency } : { currency, issuer };
};

const outOf = (asset: Asset, { currency, issuer }: PathElement): Asset => {
  const code = currency ?? asset.currency;
  if (code === 'XRP') return { currency: code };
  const by = issuer ?? asset.issuer;
  return by === undefined ? { currency: code } : { currency: code, issuer: by };
};
