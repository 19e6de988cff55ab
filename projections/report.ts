/** A session's document as a page for people, at most 36 lines however long the session was. It reads the document alone. */
import { guardIds } from '../events/guard.ts';
import { decimal, formatFixed } from '../ledger/decimal.ts';
import { nearestTo } from '../ledger/exact.ts';
import type { AssetAmounts, SessionDocument } from './document.ts';
import type { TouchShares } from './touch.ts';
import { commandLine, counted, fixed, signed } from './wording.ts';

/**
 * The summary of a session; `risk` is one line about what can still trade, if there is one; `database` goes into the
 * commands at its end where it is not the usual one.
 */
export const summary = (
  document: SessionDocument,
  risk: string | null = null,
  database = 'neo.db',
): string =>
  [
    ...ending(document),
    ...modes(document),
    ...guards(document),
    ...traded(document),
    ...inventory(document),
    ...touch(document),
    ...orders(document),
    ...(risk === null ? [] : [row('', risk)]),
    row('log', `${counted(document.log.events, 'event')}, last hash ${document.log.last_hash}`),
    '',
    `Replay it with:  ${commandLine(`replay ${document.session}`, database)}`,
    `Explain it with: ${commandLine(`explain ${document.session}`, database)}`,
    '',
  ].join('\n');

const labelWidth = 10;
const row = (label: string, text: string): string => `${label.padEnd(labelWidth)}${text}`;

/** An ISO time without its fraction, as people read it. */
const readable = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');

const networkWords = (network: SessionDocument['network']): string =>
  network === 'paper' ? 'paper, fills simulated' : (network ?? 'network unknown');

const ending = ({
  session,
  network,
  imported,
  started_at,
  ended_at,
  died_at,
  ticks,
  halt,
}: SessionDocument) => [
  `Session ${session} (${networkWords(network)}${imported ? ', imported from another log' : ''})`,
  row(
    'time',
    `${readable(started_at)} to ${readable(ended_at ?? died_at ?? 'now')}, ${counted(ticks, 'tick')}`,
  ),
  row(
    'end',
    halt === null
      ? died_at === null
        ? imported
          ? 'none in what was imported'
          : 'none yet: it runs'
        : `it died: nobody writes this log since ${readable(died_at)}; the next start closes and settles it`
      : `${halt.reason}, asked for by ${halt.source}${halt.detail === '' ? '' : `: ${halt.detail}`} (event ${halt.seq})`,
  ),
];

/** Of a longer timeline the first and the last entries are shown. */
const entriesShown = 10;

const modes = (told: SessionDocument): readonly string[] => {
  const { mode, started_at } = told;
  const day = started_at.slice(0, 10);
  const entries = mode.map(({ at, mode: name, causes }) => {
    const when = at.startsWith(day) ? readable(at).slice(11) : readable(at);
    return `${when}  ${name}${causes.length > 0 ? `: ${causes.join(', ')}` : ''}`;
  });
  if (entries.length === 0) return [row('mode', unchanged(told))];
  const half = entriesShown / 2;
  const hidden = entries.length - entriesShown;
  const shown =
    hidden <= 0
      ? entries
      : [...entries.slice(0, half), `… ${hidden} more`, ...entries.slice(-half)];
  return shown.map((entry, index) => row(index === 0 ? 'mode' : '', entry));
};

const unchanged = ({ checks_passed_at, ended_at, died_at }: SessionDocument): string => {
  if (checks_passed_at !== null) return 'OK throughout';
  return ended_at === null && died_at === null
    ? 'opening: the checks of the start have not passed yet'
    : 'it never started: it ended before the checks of the start had passed';
};

const guards = ({ guards: found }: SessionDocument): readonly string[] => {
  const tripped = guardIds.filter((id) => found[id].trips > 0);
  if (tripped.length === 0) return [row('guards', 'no trips')];
  return tripped.map((id, index) => {
    const { trips, recoveries, tripped_at: at } = found[id];
    const last = at.at(-1);
    const when = last === undefined ? '' : `, ${trips > 1 ? 'last ' : ''}at ${readable(last)}`;
    const back = recoveries === 1 ? '1 recovery' : `${recoveries} recoveries`;
    return row(index === 0 ? 'guards' : '', `${id}: ${counted(trips, 'trip')}, ${back}${when}`);
  });
};

const traded = ({ fills }: SessionDocument): readonly string[] => {
  const spread =
    fills.vw_spread_bps === null ? 'none measured' : `${signed(fills.vw_spread_bps, 2)} bps`;
  const notional = formatFixed(decimal(fills.rlusd_notional), 2);
  const count = `${fills.buy} bought, ${fills.sell} sold`;
  return [row('fills', `${count}, ${notional} RLUSD, VW spread ${spread}`)];
};

/** Each line adds up: fills-only and overlay are the engine's total. */
const inventory = ({ session, inventory: held }: SessionDocument): readonly string[] => {
  const { fills_only: base, capital_overlay: overlay } = held;
  const line = (asset: keyof AssetAmounts): string =>
    `fills-only = ${base[asset]}, capital overlay = ${overlay[asset]}, engine total = ${held[asset]}`;
  const total = (text: string | null): string =>
    text === null ? 'unknown' : formatFixed(nearestTo(text), 4);
  return held.xrp === null
    ? [row('inventory', 'unknown: the wallet was never read')]
    : [
        row('XRP', line('xrp')),
        row('RLUSD', line('rlusd')),
        row(
          'value',
          `engine ${total(held.engine_total)}, summary ${total(held.summary_total)}, chain ${total(held.chain_total)} RLUSD at the last mid`,
        ),
        ...(held.drift_event === null ? [] : apart(session, held.drift_event)),
      ];
};

const apart = (session: number, event: number): readonly string[] => [
  row('', `books and wallet were apart at the end (event ${event}): no session starts before`),
  row('', `neo acknowledge ${session} ${event} --note TEXT, or neo realign --confirm`),
];

const touch = ({ touch: { bid, ask } }: SessionDocument): readonly string[] => [
  row('touch', `bid ${touchSide(bid)}`),
  row('', `ask ${touchSide(ask)}`),
];

const touchSide = ({ within_2bps: within, mean, median, buckets }: TouchShares): string => {
  if (within === null || mean === null || median === null) return 'never measured';
  const [near, close, off, far] = buckets;
  return (
    `${fixed(within * 100, 0)} % within 2 bps, mean ${fixed(mean, 1)}, median ${fixed(median, 1)} bps ` +
    `(ticks at 0–2: ${near}, 2–5: ${close}, 5–10: ${off}, 10+: ${far})`
  );
};

const orders = ({ orders: of }: SessionDocument): readonly string[] => {
  const left = of.remains ?? `${of.resting} known to rest, ${of.unsettled} signed and not final`;
  return [
    row('orders', `${ordersText(of)}, ${of.unknown} unknown`),
    ...(of.brought_in.count === 0 ? [] : [row('', broughtText(of))]),
    row('', left),
  ];
};

type OrdersDocument = SessionDocument['orders'];

/** What there were of the session's own, and what became of them. */
const ordersText = (of: OrdersDocument): string =>
  [
    `${of.submitted} submitted`,
    `${of.filled} filled`,
    `${of.cancelled} cancelled`,
    ...some(of.expired, 'expired'),
    ...some(of.rejected, 'rejected'),
    ...some(of.withheld, 'never sent'),
  ].join(', ');

export const broughtText = ({ brought_in: brought }: OrdersDocument): string => {
  const fates = (['filled', 'cancelled', 'expired', 'rejected'] as const).flatMap((fate) =>
    some(brought[fate], fate),
  );
  const open =
    brought.count - brought.filled - brought.cancelled - brought.expired - brought.rejected;
  const became = [...fates, ...some(open, 'open')].join(', ');
  return `${brought.count} more brought in from the session before: ${became}`;
};

const some = (count: number, what: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${what}`];
