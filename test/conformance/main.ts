/**
 * Plays the recordings of a real server and prints how much agrees: `node dist/test/conformance/main.js
 * [book amm error session protocol] [--sub NAME] [--id ID] [--show N] [--socket [--url URL]]`. With --socket from outside,
 * through `neo sandbox`. Exits 1 where less agrees than is required.
 */
import { parseArgs } from 'node:util';
import { insideDoor, socketDoor } from './door.ts';
import { playCase } from './play.ts';
import { casesOf, recordingsFolder, type Transcript } from './recording.ts';
import { aspects, required, tally } from './tally.ts';
import { isLeftOut, leftOut } from './stream.ts';
import { playTranscript } from './transcript.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sub: { type: 'string' },
    id: { type: 'string' },
    show: { type: 'string' },
    socket: { type: 'boolean' },
    url: { type: 'string' },
  },
});

const folder = recordingsFolder();
const noted = tally();
const isOutside = values.socket === true || values.url !== undefined;
const door = isOutside ? await socketDoor(values.url) : insideDoor();
const kinds =
  positionals.length > 0 ? positionals : ['book', 'amm', 'error', 'session', 'protocol'];
for (const kind of kinds) {
  for (const one of casesOf(folder, kind)) {
    if (values.sub !== undefined && one.sub !== values.sub) continue;
    if (values.id !== undefined && one.id !== values.id) continue;
    if (values.id === undefined && isLeftOut(one.id)) continue;
    try {
      if (kind === 'protocol') await playTranscript(one as Transcript, door, noted);
      else await playCase(one, door, noted);
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      noted.note('result', `${one.kind}/${one.sub}`, one.id, [why]);
    }
  }
}
door.end();
console.log(noted.report(Number(values.show ?? 0)));
for (const words of leftOut) console.log(`left out: ${words}`);
process.exitCode = aspects.every((aspect) => noted.share(aspect) >= required[aspect]) ? 0 : 1;
