/** A process that runs one session against a sandbox elsewhere: `{url, file, seed, issuer, seconds}` as JSON. It says "ended" when it has. */
import { realClock } from '../../actors/clock.ts';
import { webSocketTransport } from '../../actors/gateway/websocket.ts';
import { openLog } from '../../actors/log/open.ts';
import { createSigner } from '../../actors/signer.ts';
import { compose } from '../../commands/compose.ts';
import { loadConfig } from '../../config.ts';

export type EngineOptions = Readonly<{
  url: string;
  file: string;
  seed: string;
  issuer: string;
  seconds: number;
  set: readonly string[];
}>;

const options = JSON.parse(process.argv[2] ?? '') as EngineOptions;
const { url, file, seed, issuer, seconds, set } = options;
const signer = createSigner(seed, 'ed25519');
const log = await openLog({
  file,
  network: 'sandbox',
  account: signer.address,
  synchronous: 'FULL',
  checkpointSeconds: 0,
  onCheckpoint: () => undefined,
  onFailure: (cause) => {
    throw cause;
  },
});
const { session } = await compose({
  configuration: loadConfig({ env: {}, set }),
  log,
  clock: realClock(),
  transports: [webSocketTransport(url)],
  signer,
  issuer,
  networkId: 0,
  plannedSeconds: seconds,
  uuid: crypto.randomUUID(),
});
session.connect();
await session.ended;
await log.close({ clean: true });
process.stdout.write('ended\n');
process.exit(0);
