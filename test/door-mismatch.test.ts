/** Live, at the door of a server that is there: what the configuration says and the ledger does not is refused before anything is signed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { generateSeed } from 'ripple-keypairs';
import { accountFrom } from '../sandbox/traders/keys.ts';
import { documentOf, folderFor, neo, recorded } from './door.ts';
import { serverFor } from './wallet/server.ts';

test('another network, an unknown issuer, an unknown account: config_mismatch, and the key to correct', async (t) => {
  t.timeout(120_000);
  const home = await folderFor(t);
  const { url, wallet, issuer } = await serverFor(t, home);
  const stranger = accountFrom(generateSeed());
  const right = { endpoints: [url], account: wallet.address, rlusd_issuer: issuer };
  const cases = [
    { seed: wallet.seed, network: { ...right, network_id: 7 }, cure: /network\.network_id/ },
    {
      seed: wallet.seed,
      network: { ...right, rlusd_issuer: stranger.address },
      cure: new RegExp(`${stranger.address} is no account.*network\\.rlusd_issuer`),
    },
    {
      seed: stranger.seed,
      network: { ...right, account: stranger.address },
      cure: new RegExp(`${stranger.address} is no account.*network\\.account`),
    },
  ];
  for (const { seed, network, cure } of cases) {
    const folder = await folderFor(t);
    const [seedFile, config] = [join(folder, 'seed'), join(folder, 'live.json')];
    await writeFile(seedFile, seed, { mode: 0o600 });
    await writeFile(
      config,
      JSON.stringify({ network: { ...network, name: 'live', wallet_seed_file: seedFile } }),
    );
    const line = ['run', '--live', '--config', config, '--json', '--duration-seconds', '5'];
    const refused = await neo(folder, ...line);
    t.is(refused.code, 4, refused.err);
    const { halt } = documentOf(refused);
    t.is(halt?.reason, 'config_mismatch');
    t.regex(halt?.detail ?? '', cure);
    const types = (await recorded(join(folder, 'neo.db'), 1)).map(({ event }) => event.type);
    t.false(types.includes('transaction.signed'));
    t.false(`${refused.out}${refused.err}`.includes(seed));
  }
});

test('a log is of one token: a session with another issuer is refused before any server is asked, and nothing is written', async (t) => {
  t.timeout(120_000);
  const folder = await folderFor(t);
  const { url, wallet, issuer } = await serverFor(t, folder);
  const [seedFile, config] = [join(folder, 'seed'), join(folder, 'live.json')];
  await writeFile(seedFile, wallet.seed, { mode: 0o600 });
  const network = {
    name: 'live',
    endpoints: [url],
    account: wallet.address,
    rlusd_issuer: issuer,
    wallet_seed_file: seedFile,
  };
  await writeFile(config, JSON.stringify({ network }));
  const line = ['run', '--live', '--config', config, '--json', '--duration-seconds', '3'];
  const first = await neo(folder, ...line);
  t.is(first.code, 0, first.err);
  const stranger = accountFrom(generateSeed()).address;
  const other = await neo(folder, ...line, '--set', `network.rlusd_issuer=${stranger}`);
  t.is(other.code, 4);
  t.true(other.err.includes(`is the log of RLUSD of ${issuer}, and network.rlusd_issuer says`));
  t.deepEqual(await recorded(join(folder, 'neo.db'), 2), []);
});
