/**
 * Makes the recorded sessions anew that every clone replays (`npm run record`). Right only when decisions were changed on purpose:
 * after `neo replay --all test/recordings/sessions` has said which, and that they are those that were meant.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exportSession } from '../../actors/log/export.ts';
import { runCommand } from '../../commands/run/run.ts';
import { scenarioCommand } from '../../commands/scenario/scenario.ts';
import { inFolder } from '../bench/measured.ts';
import { root } from '../tidy/source.ts';

const sessions = join(root, 'test', 'recordings', 'sessions');

/** What the fixtures of the scenarios have between them: two causes, a race, a burst of fills, a death, a floor. */
const scenarios = [
  'both-causes-legacy',
  'race-with-replace',
  'three-sells',
  'crash-with-offers-resting',
  'corridor-floor',
];

const quiet = { env: {}, out: () => undefined, error: () => undefined };

await rm(sessions, { recursive: true, force: true });
await mkdir(sessions, { recursive: true });
await inFolder(async (folder) => {
  const keep = async (database: string, name: string): Promise<void> => {
    const { events } = await exportSession(database, 1, 'neo', join(sessions, `${name}.neo`));
    console.log(name.padEnd(30), events);
  };
  for (const name of scenarios) {
    const database = join(folder, `${name}.db`);
    const file = join(root, 'test', 'scenarios', `${name}.json`);
    await scenarioCommand.run([file, '--db', database], quiet);
    await keep(database, name);
  }
  const demo = join(folder, 'demo.db');
  await runCommand.run(
    ['--speed', 'max', '--duration-seconds', '120', '--json', '--db', demo],
    quiet,
  );
  await keep(demo, 'demo');
});
