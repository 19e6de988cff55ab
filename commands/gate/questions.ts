/** The gate's questions, each answered from evidence in one line. All must pass; what was never asked of a new database passes. */
import { table, type Flat } from '../../config.ts';
import { isProtective } from '../../events/halt.ts';
import type { GateLine } from '../../events/session.ts';
import { driftStanding } from '../../projections/legacy.ts';
import { remainsOf, remainsText } from '../../projections/remains.ts';
import type { Evidence, Past } from './evidence.ts';

export type Asking = Readonly<{
  /** The configuration of the session to start, by dotted names. */
  flat: Flat;
  /** Why it differs from the last session's, where somebody said so. */
  note: string | null;
  /** A start asks: offers of the session before were looked up. */
  starting: boolean;
  evidence: Evidence;
}>;

type Answer = Readonly<{ pass: boolean; evidence: string }>;

export const answers = (asking: Asking): readonly GateLine[] =>
  questions.map(([check, ask]) => ({ check, ...ask(asking) }));

const yes = (evidence: string): Answer => ({ pass: true, evidence });
const no = (evidence: string): Answer => ({ pass: false, evidence });

const untraded = yes('no session has traded on this database yet');

/** Asked of the last session that traded. */
const ofLast =
  (ask: (last: Past, asking: Asking) => Answer) =>
  (asking: Asking): Answer => {
    const [last] = asking.evidence.traded;
    return last ? ask(last, asking) : untraded;
  };

const killSwitch = ({ evidence: { legacy } }: Asking): Answer =>
  legacy.killLatched
    ? no(
        `the kill switch is latched (${legacy.killLatched.note}): neo kill --clear --by NAME --note TEXT`,
      )
    : yes('the kill switch is not latched');

/** Keys that change how long, where and how visibly a session runs, and nothing that it decides. */
const immaterial =
  /^(profile|engine\.(duration_seconds|database|wal_.*)|network\.wallet_seed_file|(inspector|metrics|alerts|sandbox|gate)\..*)$/;
const changesShown = 5;

const configuration = ofLast(({ session, opened }, { flat, note }) => {
  const before = opened?.config.effective;
  const changed = [...table]
    .filter(([key]) => !immaterial.test(key))
    .flatMap(([key, { default: usual }]) => {
      const [was, is] = [JSON.stringify(at(before, key) ?? usual), JSON.stringify(flat[key])];
      return was === is ? [] : [`${key} ${was} → ${is}`];
    });
  if (changed.length === 0) return yes(`the configuration is that of session ${session}`);
  const shown = changed.slice(0, changesShown).join(', ');
  const rest = changed.length > changesShown ? ` and ${changed.length - changesShown} more` : '';
  const what = `changed since session ${session}: ${shown}${rest}`;
  return note === null
    ? no(`${what}; say why with neo gate --note TEXT, and start with --override NOTE`)
    : yes(`${what}; explained: ${note}`);
});

const at = (nested: unknown, key: string): unknown => {
  let node: unknown = nested;
  for (const part of key.split('.')) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Readonly<Record<string, unknown>>)[part];
  }
  return node;
};

/** A kill switch is an operator's own end; it is looked after by its latch. */
const isAlarming = ({ halt }: Past): boolean =>
  halt !== null && isProtective(halt.reason) && halt.reason !== 'kill_switch';

const isClean = (past: Past): boolean =>
  past.ended !== null && past.ended.outcome !== 'left_to_expire' && !isAlarming(past);

const cleanEnd = ofLast((last) => {
  const { session, halt, ended, closedByNext } = last;
  if (closedByNext) return yes(`session ${session} died, and a start has closed it`);
  if (!halt || !ended) {
    return no(`session ${session} runs, or died: the next start closes it; neo sessions`);
  }
  return isAlarming(last)
    ? no(`session ${session} ended by ${halt.reason} (${halt.detail}); neo explain ${session}`)
    : yes(`session ${session} ended by ${halt.reason}`);
});

const truth = ofLast(({ session }, { evidence: { legacy, compared } }) => {
  const drift = driftStanding(legacy);
  if (drift) {
    return no(
      `books and wallet were apart at the end of session ${drift.session}: neo acknowledge ${drift.session} ${drift.seq} --note TEXT, or neo realign --confirm`,
    );
  }
  if (legacy.inventory.realign) return yes('the next start adopts the wallet');
  if (!compared) return no(`session ${session} never compared books and wallet`);
  const found = `the last comparison with the wallet, at ledger ${compared.ledger}, was ${compared.status}`;
  return compared.status === 'ok' || compared.status === 'warn'
    ? yes(found)
    : no(`${found}: neo realign shows the difference`);
});

const shutdown = ofLast(
  ({ session, ended, accounted, closedByNext }, { starting, evidence: { legacy } }) => {
    const open = legacy.orders.open.size;
    if (ended && (ended.proof || ended.outcome === 'nothing_sent')) {
      return yes(`session ${session}: ${remainsText(remainsOf(ended, accounted))}`);
    }
    if (closedByNext || (starting && ended)) {
      return yes(
        `session ${session} left no proof; a start looks its offers up before it trades, ${open} to cancel`,
      );
    }
    return no(`session ${session} left no proof that nothing rests; the next start looks it up`);
  },
);

const orders = ofLast((_, { evidence: { legacy } }) => {
  const unknown = [...legacy.orders.open.values()].filter(({ state }) => state === 'unknown');
  return unknown.length === 0
    ? yes('no order of unknown fate')
    : no(`orders of unknown fate: ${unknown.map(({ id }) => id).join(', ')}`);
});

/** A drift that was left at the end has its own line, and who answers it has looked at what the wallet check said before. */
const errors = ofLast(({ session, errors: met, drifted }, { evidence: { legacy } }) => {
  const answered = drifted && !driftStanding(legacy);
  const left = met.filter(({ guard }) => !(answered && guard === 'wallet_truth'));
  const [first] = left;
  return first
    ? no(
        `session ${session} met ${left.length}: event ${first.seq}, ${first.what}; neo explain ${session} tells why, and --override NOTE starts in spite of it`,
      )
    : yes(`session ${session} met none that is not answered`);
});

const log = ({ evidence: { verdict } }: Asking): Answer =>
  verdict.intact
    ? yes(`${verdict.events} events verified, last hash ${verdict.lastHash ?? 'none'}`)
    : no(verdict.sentence);

const toBeMade = ': the next start makes one before it trades';
const notMade =
  ', and none could be made now: see that the folder of backups can be written and has room, then start again';

const backup = ofLast(({ session }, { starting, evidence }) =>
  evidence.backup === null
    ? no(`no backup holds the whole of session ${session}${starting ? notMade : toBeMade}`)
    : yes(`${evidence.backup} holds session ${session}`),
);

/** Of the kind that is to start: under the same profile, and not started against advice. */
const cleanSessions = ({ flat, evidence: { traded } }: Asking): Answer => {
  const wanted = Number(flat['gate.clean_sessions']);
  if (wanted === 0) return yes('no number of clean sessions is required');
  const isOfKind = (past: Past): boolean =>
    past.opened?.override === null &&
    at(past.opened.config.effective, 'profile') === flat['profile'];
  const unclean = traded.findIndex(
    (past, index) => !isOfKind(past) || !(isClean(past) || (index === 0 && past.closedByNext)),
  );
  const count = Math.min(wanted, unclean < 0 ? traded.length : unclean);
  const found = `${count} of ${wanted} clean sessions in a row under profile ${String(flat['profile'])}`;
  return count >= wanted ? yes(found) : no(found);
};

const questions: readonly (readonly [string, (asking: Asking) => Answer])[] = [
  ['kill switch', killSwitch],
  ['configuration', configuration],
  ['clean end', cleanEnd],
  ['truth', truth],
  ['shutdown', shutdown],
  ['orders', orders],
  ['errors', errors],
  ['log', log],
  ['backup', backup],
  ['clean sessions', cleanSessions],
];
