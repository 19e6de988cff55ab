/** A process of its own for the tests of the log: opens it, says what became durable, line by line, and never closes it. */
import { writeSync } from 'node:fs';
import { messageOf } from '../actors/log/failure.ts';
import { openLog } from '../actors/log/open.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { optionsFor, turnAt } from './log-sample.ts';

const [file = '', work = 'append'] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);

try {
  if (work === 'reopen') {
    const verdict = await verifyLog(file);
    if (!verdict.intact) throw new Error(verdict.sentence);
    say(`events ${verdict.events}`);
    process.exit(0);
  }
  const checkpointSeconds = work === 'keep' ? 0 : 0.01;
  const log = await openLog(optionsFor(file, { synchronous: 'FULL', checkpointSeconds }));
  const session = log.nextSession();
  say(`open ${process.pid} ${log.uncleanEnd ? 'unclean' : 'clean'} ${session}`);
  let seq = 1;
  for (let turn = 1; work === 'append' || work === 'keep'; turn += 1) {
    const rows = turnAt(seq, turn, turn % 9);
    seq += rows.length;
    const last = seq - 1;
    const durable = log.append(session, rows).then(() => say(`durable ${last}`));
    if (turn % 3 === 0) await durable;
    else durable.catch(() => undefined);
  }
  setInterval(() => undefined, 1_000);
} catch (error) {
  say(`refused ${messageOf(error)}`);
  process.exit(4);
}
