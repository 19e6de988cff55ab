/** All commands, in the order in which the help lists them. */
import type { Command } from './command.ts';
import { configCommand } from './config.ts';
import { killCommand, stopCommand } from './operator.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run/run.ts';
import { scenarioCommand } from './scenario/scenario.ts';

export const commands: readonly Command[] = [
  runCommand,
  replayCommand,
  scenarioCommand,
  configCommand,
];
