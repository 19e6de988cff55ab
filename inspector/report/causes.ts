/** The causes of a session one by one: the operands of each to their last digit, and the events and inputs that they came from. */
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import { guardIds } from '../../events/guard.ts';
import { describe } from '../../projections/describe.ts';
import { guardName } from '../../projections/evidence.ts';
import type { Thresholds } from '../../projections/thresholds.ts';
import { counted, span, timeBeside } from '../../projections/wording.ts';
import { glyph } from './glyph.ts';
import { html, type Markup } from './markup.ts';
import { figure, section, table, words } from './table.ts';

type Row = Recorded<Event>;

/** A trip or a breached limit; `from` oldest first, each with the input that brought it. */
export type Cause = Readonly<{
  row: Row;
  from: readonly Readonly<{ row: Row; input: Row | null }>[];
}>;

/** Of more the first and the last half of them are listed. */
const listedMax = 6;

export const causesSection = (
  causes: readonly Cause[],
  {
    thresholds,
    zero,
    trips,
  }: Readonly<{ thresholds: Thresholds | null; zero: number; trips: number }>,
): Markup => {
  if (causes.length === 0) return html``;
  const others = trips - causes.filter(({ row }) => row.event.type === 'guard.tripped').length;
  return section(
    'Causes and where their numbers came from',
    ...causes.map(
      ({ row, from }) =>
        html`<h3>
            ${nameOf(row)} <span class="figure">${span(row.at - zero)}, event ${row.seq}</span>
          </h3>
          ${operands(row)}
          ${
            from.length === 0
              ? words('No event before it is named as their source.')
              : table(
                  ['at', 'ledger*', 'said', 'event*', 'from the input'],
                  lines(from).map((one) =>
                    typeof one === 'string'
                      ? [figure('…'), '', one, '', '']
                      : [
                          html`<span class="whole">${figure(timeBeside(one.row.at, zero))}</span>`,
                          figure(ledgerOf(one.row) ?? (one.input && ledgerOf(one.input)) ?? '?'),
                          describe(one.row, thresholds),
                          figure(String(one.row.seq)),
                          one.input
                            ? html`<span class="figure"
                                  >${one.input.event.type} ${one.input.seq}</span
                                >
                                ${timeBeside(one.input.at, zero)}`
                            : 'is one itself',
                        ],
                  ),
                )
          }`,
    ),
    ...(others > 0 ? [words(`${counted(others, 'other trip')} came and went before.`)] : []),
  );
};

const nameOf = ({ event }: Row): Markup => {
  if (event.type !== 'guard.tripped')
    return html`${event.type === 'limit.breached' ? event.reason : event.type}`;
  const id = guardIds.find((one) => one === event.guard);
  return html`${id ? glyph(id) : ''} ${guardName(event.guard, event.fact)}`;
};

/** As the log has them: what the sentence rounds stands here whole. */
const operands = ({ event }: Row): Markup => {
  const named =
    event.type === 'guard.tripped'
      ? Object.entries(event.fact.operands)
      : event.type === 'limit.breached'
        ? Object.entries(event).filter(([key]) => key !== 'type')
        : [];
  return html`<p class="operands">
    ${named.map(([key, value]) => html`<span>${key} ${figure(String(value))}</span> `)}
  </p>`;
};

const lines = (from: Cause['from']): readonly (Cause['from'][number] | string)[] => {
  if (from.length <= listedMax) return from;
  const half = listedMax / 2;
  return [
    ...from.slice(0, half),
    `${from.length - listedMax} more like these`,
    ...from.slice(-half),
  ];
};

const ledgerOf = ({ event }: Row): string | null => {
  if (!('ledger' in event)) return event.type === 'ledger.closed' ? String(event.index) : null;
  const { ledger } = event;
  if (typeof ledger === 'number') return String(ledger);
  return typeof ledger === 'object' && ledger !== null ? String(ledger.index) : null;
};
