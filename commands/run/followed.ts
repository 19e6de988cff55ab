/** Waits for the first ledger of the servers that paper follows, and says what keeps it from coming. */
import { firstValueFrom, map, merge, mergeMap, type Observable, throwError, timer } from 'rxjs';
import type { Followed, Follower, Stranger } from '../../actors/gateway/follower.ts';
import type { Config } from '../../config.ts';
import { StartError } from '../command.ts';

/** A first whole read is waited for so long. */
const patienceMs = 20_000;

/** Opens the follower. Rejects with a StartError. */
export const firstFollowed = (
  { ledgers, strangers, failures, open }: Follower,
  { endpoints, network_id: networkId }: Config['network'],
): Promise<Followed> => {
  let lastFailure = 'no server answered';
  const otherNetwork = strangers.pipe(
    map(
      (stranger) =>
        `${otherThan(networkId, stranger)}; correct network.endpoints or network.network_id`,
    ),
  );
  const noIssuer = failures.pipe(
    mergeMap(({ code, message }) => {
      lastFailure = message;
      return code === 'issuerNotFound' ? [`${message}; correct network.rlusd_issuer`] : [];
    }),
  );
  const tooLong = timer(patienceMs).pipe(
    map(
      () =>
        `${lastFailure}, and ${endpoints.join(', ')} could not be read in ${patienceMs / 1000} s`,
    ),
  );
  const first = firstValueFrom(merge(ledgers, refused(merge(otherNetwork, noIssuer, tooLong))));
  open();
  return first;
};

export const otherThan = (networkId: number, stranger: Stranger): string =>
  `${stranger.endpoint} is on network ${stranger.networkId}, the configuration says ${networkId}`;

const refused = (whys: Observable<string>): Observable<never> =>
  whys.pipe(mergeMap((why) => throwError(() => new StartError(`Paper cannot start: ${why}.`))));
