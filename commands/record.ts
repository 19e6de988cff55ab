/** `neo record`: a session that places nothing. It needs no key, and what it records replays, sweeps and simulates like any other. */
import { databaseDefault, type Command } from './command.ts';
import { readRunOptions } from './run/options.ts';
import { runSession } from './run/run.ts';

const help = `neo record [--network sandbox|paper] [options]

  Records a market without trading: each ledger's book, pool and trades, and what the guards say to it. No order is
  placed and no seed is read. neo replay S --fills simulated, with --set where wanted, tells how quotes would have done.

  --network N           sandbox: the embedded ledger. paper: the real servers of network.endpoints, read only
  --profile P, --config F, --set key=value, --duration-seconds N, --seed N, --speed X|max, --inspect [PORT]
                        as for neo run
  --db F                the database (default ${databaseDefault}); recordings have one of their own
  --json                one JSON document on stdout at the end

Exit codes: 0 ended by duration, signal or request; 2 wrong usage or configuration; 3 a protective halt or the kill
switch; 4 could not start.
`;

export const recordCommand: Command = {
  help,
  run: async (args, surroundings) => {
    const asked = { name: 'record', always: ['strategy.enabled=false'] };
    const options = await readRunOptions(args, surroundings, asked);
    if (options) return runSession(options, surroundings);
    surroundings.out(help);
    return 0;
  },
};
