/** What the engine does in each mode. The actors ask this table, and the documentation and the help are printed from it. */
import type { Mode } from '../events/mode.ts';

export const actions = ['quote', 'cancel', 'reconcile', 'check', 'resume'] as const;
export type Action = (typeof actions)[number];

/** `how` is the table's word for people: when, or why not. */
type Permission = Readonly<{ may: boolean; how: string }>;

const yes = (how: string): Permission => ({ may: true, how });
const no = (how: string): Permission => ({ may: false, how });

export const permissions: Readonly<Record<Mode, Readonly<Record<Action, Permission>>>> = {
  OK: {
    quote: yes('on every tick with a mid'),
    cancel: yes('what the next quote replaces'),
    reconcile: yes('always'),
    check: yes('every interval'),
    resume: no('nothing to resume'),
  },
  DEGRADED: {
    quote: no('nothing is placed'),
    cancel: yes('everything, at once'),
    reconcile: yes('always'),
    check: yes('every interval'),
    resume: yes('when every guard has recovered'),
  },
  HALT: {
    quote: no('nothing is placed'),
    cancel: yes('everything, at once'),
    reconcile: yes('until it has ended'),
    check: yes('once, at the end'),
    resume: no('only the next start'),
  },
};

export const may = (mode: Mode, action: Action): boolean => permissions[mode][action].may;
