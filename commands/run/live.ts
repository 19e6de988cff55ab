/** Real servers and a real wallet. Nothing is connected to before the wallet is known to be the configured one. */
import { realClock } from '../../actors/clock.ts';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import { createSigner, type Signer } from '../../actors/signer.ts';
import type { Config } from '../../config.ts';
import { UsageError } from '../command.ts';
import { readSeed, type Seed } from './seed.ts';
import type { World } from './world.ts';

/** Throws a UsageError that never shows the seed. */
export const liveWorld = (
  { network }: Config,
  env: Readonly<Record<string, string | undefined>>,
): World => ({
  signer: signerOf(network, readSeed(network.wallet_seed_file, env)),
  issuer: network.rlusd_issuer,
  networkId: network.network_id,
  transports: network.endpoints.map(webSocketTransport),
  clock: realClock(),
  virtual: null,
  own: () => undefined,
  start: () => undefined,
  close: () => Promise.resolve(),
});

const signerOf = (
  { account, wallet_algorithm }: Config['network'],
  { seed, from }: Seed,
): Signer => {
  let signer: Signer;
  try {
    signer = createSigner(seed, wallet_algorithm);
  } catch {
    throw new UsageError(
      `${from} holds no valid family seed: it begins with s and its checksum must be right; copy it again.`,
    );
  }
  if (signer.address === account) return signer;
  throw new UsageError(
    `${from} holds the ${wallet_algorithm} seed of ${signer.address}, and network.account is ${account}: ` +
      'give the seed of that account, or the right network.wallet_algorithm.',
  );
};
