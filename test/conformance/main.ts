/**
 * Plays the recordings of a real server in process and prints how much agrees: `node dist/test/conformance/main.js
 * [book amm error session] [--sub NAME] [--id ID] [--show N]`. Exits 1 if something it has been asked for differs.
 */
import { parseArgs } from 'node:util';
import { playCase } from './play.ts';
import { casesOf, recordingsFolder } from './recording.ts';
import { aspects, tally } from './tally.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sub: { type: 'string' }, id: { type: 'string' }, show: { type: 'string' } },
});

const folder = recordingsFolder();
if (!folder) {
  console.error('No recordings here: set NEO_SHARED to the folder that has conformance/ in it.');
  process.exit(2);
}
const noted = tally();
const kinds = positionals.length > 0 ? positionals : ['book', 'amm', 'error', 'session'];
for (const kind of kinds) {
  for (const one of casesOf(folder, kind)) {
    if (values.sub !== undefined && one.sub !== values.sub) continue;
    if (values.id !== undefined && one.id !== values.id) continue;
    try {
      playCase(one, noted);
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      noted.note('result', `${one.kind}/${one.sub}`, one.id, [why]);
    }
  }
}
console.log(noted.report(Number(values.show ?? 0)));
process.exitCode = aspects.every((aspect) => noted.share(aspect) === 1) ? 0 : 1;
