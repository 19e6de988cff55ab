/** All commands, in the order in which the help lists them. */
import { acknowledgeCommand } from './acknowledge.ts';
import { backupCommand } from './backup.ts';
import { capitalCommand } from './capital.ts';
import type { Command } from './command.ts';
import { configCommand } from './config.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { gateCommand } from './gate/gate.ts';
import { importCommand } from './import.ts';
import { inspectCommand } from './inspect/inspect.ts';
import { killCommand, stopCommand } from './operator.ts';
import { realignCommand } from './realign.ts';
import { rebuildCommand } from './rebuild.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run/run.ts';
import { sandboxCommand } from './sandbox.ts';
import { scenarioCommand } from './scenario/scenario.ts';
import { sessionsCommand } from './sessions.ts';
import { showCommand } from './show.ts';
import { simulateCommand } from './simulate/simulate.ts';
import { verifyCommand } from './verify.ts';

export const commands: readonly Command[] = [
  runCommand,
  sessionsCommand,
  showCommand,
  reportCommand,
  explainCommand,
  inspectCommand,
  replayCommand,
  scenarioCommand,
  simulateCommand,
  sandboxCommand,
  killCommand,
  stopCommand,
  acknowledgeCommand,
  realignCommand,
  capitalCommand,
  gateCommand,
  verifyCommand,
  rebuildCommand,
  backupCommand,
  exportCommand,
  importCommand,
  configCommand,
];
