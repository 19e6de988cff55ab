/** Ledger times as rippled prints them. */
import { isoTime, unixMs } from '../../ledger/time.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** "2026-11-22T02:11:04Z" */
export const closeTimeIso = (ledgerSeconds: number): string =>
  `${isoTime(unixMs(ledgerSeconds)).slice(0, 19)}Z`;

/** "2026-Nov-22 02:11:04.000000000 UTC" */
export const closeTimeHuman = (ledgerSeconds: number): string =>
  human(unixMs(ledgerSeconds), '000000000');

/** "2026-Nov-22 02:10:59.710000 UTC" */
export const serverTime = (unixMilliseconds: number): string =>
  human(unixMilliseconds, `${isoTime(unixMilliseconds).slice(20, 23)}000`);

/** "2026-11-23T02:13:53.000000000+0000" */
export const slotTime = (ledgerSeconds: number): string =>
  `${isoTime(unixMs(ledgerSeconds)).slice(0, 19)}.000000000+0000`;

const human = (unixMilliseconds: number, fraction: string): string => {
  const iso = isoTime(unixMilliseconds);
  const month = months[Number(iso.slice(5, 7)) - 1] ?? '';
  return `${iso.slice(0, 4)}-${month}-${iso.slice(8, 10)} ${iso.slice(11, 19)}.${fraction} UTC`;
};
