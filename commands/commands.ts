/** All commands, in the order in which the help lists them. Each is loaded when it is asked for: a start waits for no other. */
import { type Command } from './command.ts';

export type Listed = Readonly<{
  name: string;
  /** One line for the list. */
  summary: string;
  load: () => Promise<Command>;
}>;

export const commands: readonly Listed[] = [
  {
    name: 'run',
    summary: 'run a session; without options the demo on the embedded ledger',
    load: async () => (await import('./run/run.ts')).runCommand,
  },
  {
    name: 'record',
    summary: 'record a market without trading and without keys',
    load: async () => (await import('./record.ts')).recordCommand,
  },
  {
    name: 'sessions',
    summary: 'list the sessions and how each ended',
    load: async () => (await import('./sessions.ts')).sessionsCommand,
  },
  {
    name: 'show',
    summary: 'the report of one session',
    load: async () => (await import('./show.ts')).showCommand,
  },
  {
    name: 'report',
    summary: 'the report of one session as a file to keep, print or send',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'explain',
    summary: 'why a session ended, from its causes on',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'inspect',
    summary: 'the page over a running or finished log',
    load: async () => (await import('./inspect/inspect.ts')).inspectCommand,
  },
  {
    name: 'replay',
    summary: 'S: run a session’s decisions again, or with other settings',
    load: async () => (await import('./replay.ts')).replayCommand,
  },
  {
    name: 'sweep',
    summary: 'S…: decide recorded sessions again under every combination of settings',
    load: async () => (await import('./sweep/sweep.ts')).sweepCommand,
  },
  {
    name: 'scenario',
    summary: 'F…: play scripted sessions in virtual time and judge them',
    load: async () => (await import('./scenario/scenario.ts')).scenarioCommand,
  },
  {
    name: 'simulate',
    summary: 'many sessions under faults and deaths, with invariants',
    load: async () => (await import('./simulate/simulate.ts')).simulateCommand,
  },
  {
    name: 'sandbox',
    summary: 'the embedded XRP Ledger alone, over WebSocket',
    load: async () => (await import('./sandbox.ts')).sandboxCommand,
  },
  {
    name: 'kill',
    summary: 'latch the kill switch, or clear it with --clear --by NAME --note T',
    load: async () => (await import('./operator.ts')).killCommand,
  },
  {
    name: 'stop',
    summary: 'ask the running session for a graceful end',
    load: async () => (await import('./operator.ts')).stopCommand,
  },
  {
    name: 'acknowledge',
    summary: 'say that one event has been looked at: S SEQ --note T',
    load: async () => (await import('./acknowledge.ts')).acknowledgeCommand,
  },
  {
    name: 'realign',
    summary: "adopt the wallet's balances; a dry run unless --confirm",
    load: async () => (await import('./realign.ts')).realignCommand,
  },
  {
    name: 'capital',
    summary: 'deposit, withdraw or basis: capital events; a dry run unless --confirm',
    load: async () => (await import('./capital.ts')).capitalCommand,
  },
  {
    name: 'gate',
    summary: 'go or no-go for the next session, with evidence line by line',
    load: async () => (await import('./gate/gate.ts')).gateCommand,
  },
  {
    name: 'verify',
    summary: 'whether the log is what was written: every hash, every page',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'rebuild',
    summary: 'make all read models anew from the log, and print their digest',
    load: async () => (await import('./rebuild.ts')).rebuildCommand,
  },
  {
    name: 'backup',
    summary: 'copy the log into one file, beside a running engine too',
    load: async () => (await import('./backup.ts')).backupCommand,
  },
  {
    name: 'export',
    summary: 'S: one session as a file, for another log or a notebook',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'import',
    summary: 'F: take an exported session into the log',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'config',
    summary: 'check|show|docs: judge a configuration, show its values and where they come from',
    load: async () => (await import('./config.ts')).configCommand,
  },
];
