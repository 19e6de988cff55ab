#!/usr/bin/env node
/** Where the process begins: which command its line names, and of one that trades a kill by signal is heard before anything else is loaded. */
import { stop } from './commands/failed.ts';
import { hearKills } from './commands/run/signals.ts';

const args = process.argv.slice(2);
const [first = ''] = args;
const isNamed = first !== '' && !first.startsWith('-');
const asked = new Map([
  ['--help', 'help'],
  ['--version', 'version'],
]);
const name = asked.get(first) ?? (isNamed ? first : 'run');
const isSession = name === 'run' || name === 'record';
if (isSession) hearKills();

process.on('unhandledRejection', stop);
process.on('uncaughtException', stop);
const { runLine } = await import('./commands/line.ts');
runLine({ name, args: isNamed ? args.slice(1) : args, isSession });
