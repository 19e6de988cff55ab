/**
 * `neo replay S --fills simulated`: the session with offers anew in its recorded market, under its own configuration first. How
 * far that is from what really happened is the model's error, and stands beside every result.
 */
import type { Reader } from '../../actors/log/reader.ts';
import { readConfigForReplay, type Configuration } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import { document, type SessionDocument } from '../../projections/document.ts';
import { apply, empty } from '../../projections/session.ts';
import * as sides from '../../projections/sides.ts';
import { simulate } from './play.ts';
import { isFeed, recordsOnly, tapeOf, type Tape } from './tape.ts';

/** `error` is simulated less actual; a spread is null where there was no fill to measure. */
export type SideError = Readonly<{
  actual: sides.SideTold;
  simulated: sides.SideTold;
  error: Readonly<{ fills: number; rlusd_notional: number; vw_spread_bps: number | null }>;
}>;

/** What the simulation of the session itself is held against: real fills, those of a paper session, or none at all. */
type Against = 'real' | 'paper' | 'nothing';

export type Calibration = Readonly<{
  against: Against;
  buy: SideError;
  sell: SideError;
  /** Of the ledgers mirrored after the first, those whose trades are known and those whose book was read. */
  ledgers: Readonly<{ mirrored: number; traded: number; read: number }>;
}>;

export type SimulatedWhatIf = Readonly<{
  session: number;
  fills: 'simulated';
  /** As it was. */
  base: SessionDocument;
  calibration: Calibration;
  /** Simulated, under the changed configuration; without a change that of the calibration. */
  whatif: SessionDocument;
}>;

type Changes = Readonly<{ profile?: string | undefined; set: readonly string[] }>;

/** Rejects with a UsageError or a ConfigError. */
export const simulatedWhatIf = async (
  reader: Reader,
  session: number,
  changes: Changes,
): Promise<SimulatedWhatIf> => {
  const rows: Recorded<Event>[] = [];
  let [state, actual] = [empty, sides.empty];
  for await (const page of reader.readSession(session)) {
    for (const row of page as readonly Recorded<Event>[]) {
      state = apply(state, row);
      actual = sides.apply(actual, row);
      if (isFeed(row)) rows.push(row);
    }
  }
  const tape = tapeOf(session, rows, state.lastAt);
  const { config } = tape.opened;
  /** A recording made no quotes; simulated it makes them. */
  const quotes = recordsOnly(tape.opened) ? ['strategy.enabled=true'] : [];
  const configured = (set: Changes): Configuration =>
    readConfigForReplay(config, { ...set, set: [...quotes, ...set.set] }, 'simulated');
  const changed = configured(changes);
  const own = await simulate(tape, session, configured({ set: [] }));
  const isChanged = changes.set.length > 0 || changes.profile !== undefined;
  const whatif = isChanged ? await simulate(tape, session, changed) : own;
  const lastHash = (await reader.sessions()).find((one) => one.session === session)?.lastHash ?? '';
  return {
    session,
    fills: 'simulated',
    base: document(state, { session, lastHash }),
    calibration: {
      against: against(tape),
      buy: compared(actual, own.sides, 'buy'),
      sell: compared(actual, own.sides, 'sell'),
      ledgers: counted(tape),
    },
    whatif: whatif.document,
  };
};

const against = ({ opened }: Tape): Against =>
  recordsOnly(opened) ? 'nothing' : opened.network === 'paper' ? 'paper' : 'real';

const compared = (was: sides.Sides, is: sides.Sides, side: 'buy' | 'sell'): SideError => {
  const [actual, simulated] = [sides.told(was, side), sides.told(is, side)];
  const [before, now] = [actual.vw_spread_bps, simulated.vw_spread_bps];
  return {
    actual,
    simulated,
    error: {
      fills: simulated.fills - actual.fills,
      rlusd_notional: Number(simulated.rlusd_notional) - Number(actual.rlusd_notional),
      vw_spread_bps: before === null || now === null ? null : now - before,
    },
  };
};

/** In the first nothing of ours rests yet. */
const counted = ({ ledgers: [, ...ledgers] }: Tape): Calibration['ledgers'] => ({
  mirrored: ledgers.length,
  traded: ledgers.filter(({ trades }) => trades !== null).length,
  read: ledgers.filter(({ market }) => market !== null).length,
});

/** For people; every number that no ledger has is called simulated. */
export const simulatedText = ({ session, base, calibration, whatif }: SimulatedWhatIf): string => {
  const { mirrored, traded } = calibration.ledgers;
  return [
    `Session ${session}, fills simulated: trade-through, queue ahead, latency, each trade given once.`,
    `  recorded:           ${line(base)}`,
    `  simulated what if:  ${line(whatif)}`,
    ...calibrated(calibration),
    traded === mirrored
      ? `What others traded is known of all ${mirrored} ledgers.`
      : `What others traded is known of ${traded} of ${mirrored} ledgers; in the others nothing is filled.`,
    '',
  ].join('\n');
};

const heads: Readonly<Record<Against, string>> = {
  real: 'The model’s error, simulated on the session itself against what really happened:',
  paper:
    'Simulated on the session itself, against its own fills, which the same model had simulated:',
  nothing:
    'The session only recorded, so there is nothing to hold the model against. On its own configuration:',
};

const calibrated = (calibration: Calibration): readonly string[] => [
  heads[calibration.against],
  ...(['buy', 'sell'] as const).map(
    (side) => `  ${side.padEnd(4)}  ${sideLine(calibration[side])}`,
  ),
];

const line = ({ halt, fills }: SessionDocument): string =>
  [
    `${fills.buy} buy, ${fills.sell} sell, ${fixed(Number(fills.rlusd_notional))} RLUSD, VW spread ${bps(fills.vw_spread_bps)}`,
    halt ? `${halt.reason} (${halt.source}) at ${halt.at}` : 'no end',
  ].join('; ');

const sideLine = ({ actual, simulated }: SideError): string =>
  `fills ${simulated.fills} against ${actual.fills}, RLUSD ${fixed(Number(simulated.rlusd_notional))} against ${fixed(Number(actual.rlusd_notional))}, VW spread ${bps(simulated.vw_spread_bps)} against ${bps(actual.vw_spread_bps)}`;

const fixed = (value: number): string => value.toFixed(2);
const bps = (value: number | null): string => (value === null ? 'none' : `${fixed(value)} bps`);
