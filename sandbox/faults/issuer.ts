/** What the issuer does to the wallet when a fault says so: real transactions, taken back when their time is over. */
import * as d from '../../ledger/decimal.ts';
import type { Json } from '../../ledger/transport.ts';
import type { Chain } from '../chain.ts';
import { lineBalance } from '../protocol/wallet.ts';
import { send } from '../traders/desk.ts';
import { rlusd, type Cast } from '../traders/founding.ts';
import { tokens } from '../traders/pair.ts';
import type { Faults } from './faults.ts';

const asfGlobalFreeze = 7;
const setFreeze = 0x0010_0000;
const clearFreeze = 0x0020_0000;
const setDeepFreeze = 0x0040_0000;
const clearDeepFreeze = 0x0080_0000;
const noFee = 0;
const ratePerMille = 1_000_000;
const rateNone = 1_000_000_000;
const clawbackParts = [0.01, 0.2] as const;

/** Acts in the open ledger, right before it closes. */
export const issuerOf = (chain: () => Chain, cast: Cast, faults: Faults): (() => void) => {
  let thaw: Json | undefined;
  let hasRate = false;

  const act = (fields: Json): void => void send(chain(), cast.issuer, fields);
  const towards = { currency: rlusd, issuer: cast.wallet.address, value: '0' };
  const line = (flags: number): Json => ({
    TransactionType: 'TrustSet',
    LimitAmount: towards,
    Flags: flags,
  });

  const freeze = (): void => {
    const kind = Math.floor(faults.drawnFor('freeze') * 3);
    if (kind === 0) {
      act({ TransactionType: 'AccountSet', SetFlag: asfGlobalFreeze });
      thaw = { TransactionType: 'AccountSet', ClearFlag: asfGlobalFreeze };
    } else if (kind === 1) {
      act(line(setFreeze));
      thaw = line(clearFreeze);
    } else {
      act(line(setFreeze | setDeepFreeze));
      thaw = line(clearFreeze | clearDeepFreeze);
    }
  };

  const changeRate = (): void => {
    const perMille = 1 + Math.floor(faults.drawnFor('transfer_rate') * 10);
    act({ TransactionType: 'AccountSet', TransferRate: rateNone + perMille * ratePerMille });
  };

  const clawBack = (): void => {
    const { address } = cast.wallet;
    const entry = chain().open().line(address, cast.issuer.address, rlusd);
    const held = entry ? lineBalance(entry, address, cast.issuer.address) : d.zero;
    const [least, most] = clawbackParts;
    const part = d.fromNumber(least + (most - least) * faults.drawnFor('clawback'));
    const value = d.toDigits(d.multiply(held, part), 6);
    if (!d.isPositive(value)) return;
    act({ TransactionType: 'Clawback', Amount: tokens(address, value) });
  };

  return () => {
    if (faults.holds('freeze')) {
      if (!thaw) freeze();
    } else if (thaw) {
      act(thaw);
      thaw = undefined;
    }
    if (faults.holds('transfer_rate') !== hasRate) {
      hasRate = !hasRate;
      if (hasRate) changeRate();
      else act({ TransactionType: 'AccountSet', TransferRate: noFee });
    }
    if (faults.happens('clawback')) clawBack();
  };
};
