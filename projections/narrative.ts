/** An explanation as one page of prose for a tired operator: what ended it, what that means, what happened in order. */
import { alternativesText, nothingSought, type Alternatives } from './alternative.ts';
import type { Explanation, Source, Step, Trip } from './explanation.ts';
import { meaning } from './meaning.ts';
import { dated, wrap } from './paragraph.ts';
import { commandLine, counted, span } from './wording.ts';

/** Episodes that came and went are shown up to so many, the newest; those that stood at the end always. */
const pastTripsShown = 4;

/** `database` goes into the commands at its end where it is not the usual one. */
export const narrative = (
  told: Explanation,
  database = 'neo.db',
  others: Alternatives | null = nothingSought,
): string =>
  [
    ...wrap(
      `Session ${told.session} (${told.network ?? 'network unknown'}): ${told.sentence}.`,
      '',
    ),
    '',
    ...why(told),
    ...inOrder(told),
    ...alsoStood(told),
    ...chain(told),
    ...ignored(told),
    ...alternativesText(told, others, database),
    'Look closer:',
    ...['show', 'replay'].map((verb) => `  ${commandLine(`${verb} ${told.session}`, database)}`),
    `  ${commandLine(`explain ${told.session} --json`, database)}`,
    '',
  ].join('\n');

const why = ({ halt }: Explanation): readonly string[] =>
  halt === null
    ? []
    : [
        ...wrap(`Why: ${halt.reason}, source ${halt.source}${bracketed(halt.detail)}.`, ''),
        ...wrap(meaning[halt.reason], ''),
        '',
      ];

type Moment = Readonly<{ elapsed: number; seq: number; lines: readonly string[] }>;

const inOrder = (told: Explanation): readonly string[] => {
  const past = told.causes.filter(({ outcome }) => outcome === 'recovered');
  const hidden = new Set(past.slice(0, Math.max(0, past.length - pastTripsShown)));
  const shown = told.causes.filter((trip) => !hidden.has(trip));
  const moments: Moment[] = [
    ...shown.map((trip) => tripped(told, trip)),
    ...shown.flatMap((trip) => recovered(told, trip)),
    ...ended(told),
  ].toSorted((a, b) => a.elapsed - b.elapsed || a.seq - b.seq);
  if (moments.length === 0) return ['No guard tripped.', ''];
  const gone =
    hidden.size === 0
      ? []
      : wrap(`Before that ${counted(hidden.size, 'episode')} came and went: ${tally(hidden)}.`, '');
  return ['What happened, in order since the start:', ...gone, ...dated(moments), ''];
};

/** The time of day of an ISO instant, to the second; with its date where that is not the start's. */
const clock = ({ started_at: start }: Explanation, iso: string): string => {
  const [day, time] = [iso.slice(0, 10), `${iso.slice(11, 19)}Z`];
  return start.startsWith(day) ? time : `${day} ${time}`;
};

const tally = (trips: ReadonlySet<Trip>): string => {
  const counts = new Map<string, number>();
  for (const { guard } of trips) counts.set(guard, (counts.get(guard) ?? 0) + 1);
  return [...counts].map(([guard, count]) => `${guard} ${count}`).join(', ');
};

const tripped = (told: Explanation, trip: Trip): Moment => {
  const earlier = told.causes.filter(
    (other) =>
      other.seq < trip.seq && (other.recovered_elapsed_seconds ?? Infinity) > trip.elapsed_seconds,
  );
  const unhealed = told.causes.filter(({ outcome }) => outcome !== 'recovered');
  const cause = unhealed.length > 1 ? ', the first cause' : ', the cause';
  const role =
    earlier.length > 0
      ? `, while ${earlier.map(({ name }) => name).join(' and ')} stood`
      : trip.seq === told.first_cause?.seq
        ? cause
        : '';
  const nth = trip.episode > 1 ? ` (episode ${trip.episode})` : '';
  return {
    elapsed: trip.elapsed_seconds,
    seq: trip.seq,
    lines: [
      `${trip.name} tripped at ${clock(told, trip.at)}${nth}${role}: ${trip.what} [event ${trip.seq}].`,
      ...sourceLines(trip.sources),
      ...(endedAtOnce(told, trip) ? [] : waiting(told, trip)),
    ],
  };
};

/** The last episode that its policy allows: nothing was waited for. */
const endedAtOnce = ({ halt }: Explanation, { outcome }: Trip): boolean =>
  outcome === 'halted' && halt?.reason === 'degraded_episode_limit_halt';

const waiting = (told: Explanation, trip: Trip): readonly string[] => [
  `${mode(told, trip.elapsed_seconds)}${deadline(trip)}`,
  ...(trip.at_end === null ? [] : [`It did not recover. Last seen: ${trip.at_end}.`]),
];

const deadline = (trip: Trip): string =>
  trip.deadline_elapsed_seconds === null
    ? 'No deadline: it waits.'
    : `Deadline: ${span((trip.deadline_elapsed_seconds - trip.elapsed_seconds) * 1000)} later, at ${span(trip.deadline_elapsed_seconds * 1000)}.`;

/** What the mode became at that moment. */
const mode = ({ timeline }: Explanation, elapsed: number): string => {
  const index = timeline.findLastIndex((entry) => entry.elapsed_seconds === elapsed);
  const entry = timeline[index];
  if (!entry || entry.mode === 'HALT') return '';
  const before = timeline[index - 1]?.mode ?? 'OK';
  const step = before === entry.mode ? `still ${entry.mode}` : `${before} → ${entry.mode}`;
  return `Mode ${step}${entry.causes.length > 0 ? `, for ${entry.causes.join(' and ')}` : ''}. `;
};

const recovered = (told: Explanation, trip: Trip): readonly Moment[] => {
  const { recovered_elapsed_seconds: at } = trip;
  if (at === null) return [];
  const after = span((at - trip.elapsed_seconds) * 1000);
  const line =
    `${trip.name} recovered at ${clock(told, trip.recovered_at ?? '')}, ${after} after its trip. ${mode(told, at)}`.trimEnd();
  return [{ elapsed: at, seq: trip.seq, lines: [line] }];
};

const ended = (told: Explanation): readonly Moment[] => {
  const { halt, halt_elapsed_seconds: at, closing, last_before_silence: last } = told;
  if (halt === null || at === null) return [];
  const line = `${lead(told, at)}, at ${clock(told, halt.at)}: ${halt.reason}${bracketed(halt.detail)} [event ${halt.seq}].`;
  const moments: Moment[] = [
    { elapsed: at, seq: Infinity, lines: [line, ...sourceLines(told.sources)] },
  ];
  if (last) {
    const silence = `The last event before the silence: ${stepText(last)}.`;
    moments.push({ elapsed: last.elapsed_seconds, seq: last.seq, lines: [silence] });
  }
  if (closing) {
    const text = `Closed: ${closing.what} [event ${closing.seq}].`;
    moments.push({ elapsed: closing.elapsed_seconds, seq: Infinity, lines: [text] });
  }
  return moments;
};

/** How the end came about. */
const lead = ({ halt, causes }: Explanation, at: number): string => {
  const culprit = causes.findLast(({ outcome }) => outcome === 'halted');
  if (!culprit) return 'The end';
  return halt?.reason === 'degraded_episode_limit_halt'
    ? `That was the last episode that ${culprit.guard} is allowed`
    : `The deadline of ${culprit.name} came, ${span((at - culprit.elapsed_seconds) * 1000)} after its trip`;
};

/** Many of one kind are told by the oldest and the newest. */
const sourceLines = (sources: readonly Source[]): readonly string[] => {
  const [first] = sources;
  const newest = sources.at(-1);
  if (!first || !newest) return [];
  if (sources.length <= 4) return sources.map((source) => `Seen in: ${from(source)}.`);
  return [
    `Seen in ${sources.length} of these. The first: ${from(first)}. The last: ${from(newest)}.`,
  ];
};

const from = ({ carried_by: carrier, input }: Source): string =>
  `${carrier.what} [event ${carrier.seq}${input ? `, by ${input.type} ${input.seq}` : ''}]`;

const alsoStood = ({ standing, causes, halt }: Explanation): readonly string[] => {
  if (halt === null) return [];
  if (standing.length === 0) return [];
  const lines = standing.map((id) => {
    const trip = causes.findLast(({ guard }) => guard === id);
    if (!trip) return `  ${id}`;
    const { deadline_elapsed_seconds: due } = trip;
    const later = due === null ? '' : `; its own deadline would have come at ${span(due * 1000)}`;
    return `  ${trip.name}, since ${span(trip.elapsed_seconds * 1000)}${later}`;
  });
  return ['What else stood at the end:', ...lines, ''];
};

const chain = ({ chain: steps, halt }: Explanation): readonly string[] =>
  steps.length === 0
    ? []
    : [
        `From the input to ${halt === null ? 'the present mode' : 'the halt'}:`,
        ...steps.flatMap((step, depth) => wrap(stepText(step), ' '.repeat(2 + 2 * depth))),
        '',
      ];

const stepText = ({ seq, type, what }: Step): string =>
  `${seq} ${type}${what === type ? '' : `: ${what}`}`;

const ignored = ({ ignored: later }: Explanation): readonly string[] =>
  later.length === 0
    ? []
    : [
        'Later causes, which changed nothing:',
        ...later.flatMap((step) => wrap(stepText(step), '  ')),
        '',
      ];

const bracketed = (detail: string): string => (detail === '' ? '' : ` (${detail})`);
