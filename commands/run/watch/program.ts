/** Runs an operator's program for an alert, with its kind and its sentence as arguments; no shell reads them. */
import { execFile } from 'node:child_process';
import { oneLine } from '../../../ledger/words.ts';
import type { Channel } from './alerts.ts';

const patienceMs = 30_000;

export const program = (path: string): Channel => ({
  name: 'command',
  deliver: ({ kind, sentence }) =>
    new Promise((resolve, reject) => {
      execFile(path, [kind, oneLine(sentence)], { timeout: patienceMs }, (error) => {
        if (!error) resolve();
        else if (error.killed) reject(new Error(`${path} did not end within ${patienceMs} ms`));
        else reject(new Error(`${path} ended with ${error.code ?? error.signal ?? 'a failure'}`));
      }).stdin?.end();
    }),
});
