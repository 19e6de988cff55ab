/** What would have been: a session as recorded and as it would have been decided under other settings, side by side. */
import type { Range } from '../actors/log/read.ts';
import type { Reader } from '../actors/log/reader.ts';
import { rerunPages } from '../actors/rerun.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import { guardIds, type GuardId } from '../events/guard.ts';
import { isoTime } from '../ledger/time.ts';
import type { Settings } from '../machines/settings.ts';
import { document, type SessionDocument } from '../projections/document.ts';
import { apply, empty } from '../projections/session.ts';
import { lengthOf } from '../projections/trail.ts';
import { counted, span } from '../projections/wording.ts';

type Row = Recorded<Event>;

/** Which results of `whatif` come after the first difference. The market would have gone another way from there. */
export type Counterfactual = Readonly<{
  since: string;
  /** The first entry of `mode` that is; as many as there are where none is. */
  mode_from: number;
  /** Trips of each guard that are. */
  trips: Readonly<Partial<Record<GuardId, number>>>;
  halt: boolean;
  /** What nobody decided again: from there on it is the record's, and no answer to the question. */
  as_recorded: readonly ['fills', 'inventory', 'touch', 'orders'];
}>;

export type WhatIf = Readonly<{
  base: SessionDocument;
  whatif: SessionDocument;
  diverged_at: number | null;
  counterfactual: Counterfactual | null;
}>;

/** Guards only: orders, fills and inventory as recorded. */
export const whatIf = async (
  reader: Reader,
  session: number,
  settings: Settings,
  range: Range = {},
): Promise<WhatIf> => {
  const pages = reader.readSession(session, range) as AsyncIterable<readonly Row[]>;
  let state = empty;
  let modeFrom = 0;
  const trips = new Map<GuardId, number>();
  const { divergedAt, halt } = await rerunPages(pages, settings, (rows, counterfactual) => {
    state = rows.reduce(apply, state);
    if (!counterfactual) modeFrom = lengthOf(state.mode.timeline);
    for (const { event } of rows) {
      if (!counterfactual || event.type !== 'guard.tripped') continue;
      trips.set(event.guard, (trips.get(event.guard) ?? 0) + 1);
    }
  });
  return {
    base: await documentOf(reader, session),
    whatif: document(state, { session, lastHash: '' }),
    diverged_at: divergedAt?.seq ?? null,
    counterfactual: divergedAt && {
      since: isoTime(divergedAt.at),
      mode_from: modeFrom,
      trips: Object.fromEntries(trips),
      halt: halt.at >= divergedAt.at,
      as_recorded: ['fills', 'inventory', 'touch', 'orders'],
    },
  };
};

/** A session's document as its log has it. */
const documentOf = async (reader: Reader, session: number): Promise<SessionDocument> => {
  let state = empty;
  for await (const page of reader.readOutlines(session)) {
    state = (page as readonly Recorded<Outline>[]).reduce(apply, state);
  }
  const lastHash = (await reader.sessions()).find((one) => one.session === session)?.lastHash ?? '';
  return document(state, { session, lastHash });
};

export const whatIfText = ({ base, whatif, diverged_at, counterfactual }: WhatIf): string => {
  const said = counterfactual
    ? `first difference at event ${diverged_at}, ${span(Date.parse(counterfactual.since) - Date.parse(base.started_at))} after the start`
    : 'nothing would have been otherwise';
  return [
    `Session ${base.session}, guards only: ${said}.`,
    `  recorded: ${ended(base)}`,
    `  what if:  ${ended(whatif)}`,
    ...(counterfactual ? marked(whatif, counterfactual) : []),
    '',
  ].join('\n');
};

const marked = ({ mode }: SessionDocument, found: Counterfactual): readonly string[] => {
  const entries = mode.length - found.mode_from;
  const parts = [
    ...(entries > 0 ? [`${entries} of ${mode.length} changes of mode`] : []),
    ...guardIds.flatMap((id) => {
      const trips = found.trips[id];
      return trips ? [`${counted(trips, 'trip')} of ${id}`] : [];
    }),
    ...(found.halt ? ['the end'] : []),
  ];
  return [
    `  counterfactual, for it comes after that event: ${parts.join(', ') || 'nothing'}.`,
    '  Fills, inventory, touch and orders stay as recorded, there too, where other quotes would have met the market.',
  ];
};

const ended = ({ halt, guards, mode }: SessionDocument): string => {
  const trips = Object.entries(guards).flatMap(([id, guard]) =>
    guard && guard.trips > 0 ? [`${id} ${guard.trips} trips, ${guard.recoveries} recoveries`] : [],
  );
  const last = mode.at(-1);
  return [
    halt ? `${halt.reason} (${halt.source}) at ${halt.at}` : 'no end',
    `mode ${last?.mode ?? 'OK'}`,
    ...trips,
  ].join('; ');
};
