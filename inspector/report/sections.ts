/** The tables of a report. They print what the session's document and events say, and compute nothing. */
import { guardIds } from '../../events/guard.ts';
import { format, toDigits } from '../../ledger/decimal.ts';
import { drops, formatXrp, parseDrops } from '../../ledger/drops.ts';
import { exactText, nearestTo } from '../../ledger/exact.ts';
import { riskLine } from '../../projections/at-risk.ts';
import { standText } from '../../projections/cause.ts';
import type { SessionDocument } from '../../projections/document.ts';
import { evidenceText, guardName } from '../../projections/evidence.ts';
import { broughtText } from '../../projections/report.ts';
import { fixed, signed, span, timeBeside } from '../../projections/wording.ts';
import type { Gathered, Trip } from './gather.ts';
import { glyph } from './glyph.ts';
import { html, type Markup } from './markup.ts';
import { figure, hidden, section, table, words, type Cell } from './table.ts';

/** A setting here, and what it is where it is compared with. */
export type Difference = Readonly<{ key: string; here: string; there: string }>;

/** To six digits; the exact one is its title. */
const price = (text: string): Markup =>
  html`<span class="figure" title="${text}">${format(toDigits(nearestTo(text), 6))}</span>`;

const short = (hash: string): string =>
  hash.length > 12 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash;

export const guardsSection = (number: number, told: Gathered, zero: number): Markup => {
  const { session } = told.moment;
  const quiet = guardIds.filter((id) => session.mode.guards[id].episode.trips === 0);
  const outcome = (trip: Trip): string => {
    const { recoveredAt, at, guard, deadlineAt } = trip;
    if (recoveredAt !== null) return `recovered after ${span(recoveredAt - at)}`;
    const due = deadlineAt === null ? 'no deadline' : `deadline ${span(deadlineAt - zero)}`;
    const seen = session.thresholds ? standText(number, session, session.thresholds, guard) : '';
    return `${session.halt?.source === guard ? 'ended the session' : 'stood to the end'}, ${due}; last seen: ${seen}`;
  };
  return section(
    'Guards',
    ...(told.trips.count === 0
      ? []
      : [
          table(
            ['guard', 'at*', 'episode*', 'why', 'then'],
            told.trips.shown.map((trip) => [
              html`<span class="whole"
                >${glyph(trip.guard)}
                <span class="figure">${guardName(trip.guard, trip.fact)}</span></span
              >`,
              figure(span(trip.at - zero)),
              figure(String(trip.episode)),
              session.thresholds ? evidenceText(trip.guard, trip.fact, session.thresholds) : '',
              outcome(trip),
            ]),
          ),
          ...hidden(told.trips, 'trips'),
        ]),
    words(
      quiet.length === guardIds.length ? 'No guard tripped.' : `No trips: ${quiet.join(', ')}.`,
    ),
  );
};

export const fillsSection = ({ fills, moment }: Gathered): Markup =>
  section(
    'Fills',
    ...(fills.count === 0
      ? [words('Nothing was traded.')]
      : [
          table(
            [
              'at',
              'side',
              'XRP*',
              'price*',
              'RLUSD*',
              'mid*',
              'spread, bps*',
              'ledger*',
              'transaction',
            ],
            fills.shown.map(({ at, fill }) => [
              figure(timeBeside(at, moment.session.openedAt)),
              fill.side,
              figure(formatXrp(parseDrops(fill.drops))),
              price(fill.price),
              figure(fill.rlusd),
              fill.mid === null ? figure('?') : price(fill.mid),
              figure(fill.spreadBps === null ? '?' : signed(fill.spreadBps, 1)),
              figure(String(fill.ledger)),
              html`<span class="figure" title="${fill.hash}">${short(fill.hash)}</span>`,
            ]),
          ),
          ...hidden(fills, 'fills'),
        ]),
  );

export const reconciliationSection = (told: Gathered, document: SessionDocument): Markup => {
  const { inventory, chain } = told.moment.session;
  const { fills_only: base, capital_overlay: overlay } = document.inventory;
  const line = (name: string, xrp: string | null, rlusd: string | null): readonly Cell[] => [
    name,
    figure(xrp ?? '?'),
    figure(rlusd ?? '?'),
  ];
  const equation = (asset: 'xrp' | 'rlusd'): string =>
    `${asset.toUpperCase()}: fills-only = ${base[asset] ?? '?'}, capital overlay = ${overlay[asset] ?? '?'}, engine total = ${document.inventory[asset] ?? '?'}`;
  return section(
    'Reconciliation',
    table(
      ['', 'XRP*', 'RLUSD*'],
      [
        line(
          'opening of the log',
          formatXrp(inventory.openingDrops),
          exactText(inventory.openingRlusd),
        ),
        line('fills since then', formatXrp(inventory.fillsDrops), exactText(inventory.fillsRlusd)),
        line('fees since then', formatXrp(drops(-inventory.feeDrops)), '0'),
        line('fills-only', base.xrp, base.rlusd),
        line('capital overlay', overlay.xrp, overlay.rlusd),
        [
          html`<b>engine total</b>`,
          ...line('', document.inventory.xrp, document.inventory.rlusd).slice(1),
        ],
        line('wallet', chain && formatXrp(chain.drops), chain && exactText(chain.rlusd)),
      ],
    ),
    words(
      'Since the wallet was first adopted, over all sessions of this log; this one’s fills stand above.',
    ),
    words(equation('xrp')),
    words(equation('rlusd')),
  );
};

export const checksSection = ({ checks, checkCounts, moment }: Gathered): Markup => {
  const title = 'Wallet checks';
  if (checks.count === 0) return section(title, words('The wallet was never checked.'));
  const counts = Object.entries(checkCounts).map(([status, count]) => `${count} ${status}`);
  return section(
    title,
    words(`${counts.join(', ')}. The first, the last, and those of them that were not ok:`),
    table(
      ['at', 'when', 'status', 'ΔXRP*', 'ΔRLUSD*', 'ledger*'],
      checks.shown.map(({ at, check }) => [
        figure(timeBeside(at, moment.session.openedAt)),
        check.source,
        check.note === '' ? check.status : `${check.status}: ${check.note}`,
        figure(check.deltaDrops === null ? '?' : formatXrp(parseDrops(check.deltaDrops))),
        figure(check.deltaRlusd ?? '?'),
        figure(check.ledger === null ? '?' : String(check.ledger)),
      ]),
    ),
    ...hidden(checks, 'checks'),
  );
};

export const touchSection = ({ touch }: SessionDocument): Markup => {
  const number = (value: number | null, places: number, unit: string): Markup =>
    figure(value === null ? '?' : `${fixed(value, places)} ${unit}`);
  return section(
    'Distance to touch',
    table(
      ['', 'mean*', 'median*', 'within 2 bps*'],
      (['bid', 'ask'] as const).map((side) => [
        side,
        number(touch[side].mean, 1, 'bps'),
        number(touch[side].median, 1, 'bps'),
        number(touch[side].within_2bps === null ? null : touch[side].within_2bps * 100, 0, '%'),
      ]),
    ),
  );
};

export const ordersSection = (told: Gathered, { orders }: SessionDocument): Markup => {
  const risk = told.damage === null ? riskLine(told.moment.session) : null;
  const left = told.moment.session.ended?.left ?? [];
  const proof =
    orders.remains === null
      ? told.damage === null
        ? 'It has not said how it ended.'
        : 'How it ended is not known: the log is damaged before that.'
      : `At its end: ${orders.remains}${left.length === 0 ? '' : ` (${left.join(', ')})`}.`;
  const columns = [
    ['submitted', orders.submitted],
    ['filled', orders.filled],
    ['cancelled', orders.cancelled],
    ['expired', orders.expired],
    ['rejected', orders.rejected],
    ['never sent', orders.withheld],
    ['unknown', orders.unknown],
    ['left on the ledger', orders.left_on_ledger],
  ] as const;
  return section(
    'Orders',
    table(
      columns.map(([name]) => `${name}*`),
      [columns.map(([, count]) => figure(String(count)))],
    ),
    ...(orders.brought_in.count === 0 ? [] : [words(`${broughtText(orders)}.`)]),
    words(proof),
    ...(risk === null ? [] : [words(risk)]),
  );
};

export const settingsSection = (
  title: string,
  other: string,
  differences: readonly Difference[] | null,
  none: string,
): Markup =>
  section(
    title,
    differences === null || differences.length === 0
      ? words(none)
      : html`<div class="settings">
          ${table(
            ['key', 'here', other],
            differences.map(({ key, here, there }) => [inParts(key), free(here), free(there)]),
          )}
        </div>`,
  );

/** A key breaks between its words alone, a value wherever it must. */
const inParts = (key: string): Markup =>
  html`<span class="figure key"
    >${key.split(/(?<=[._])/).map((part) => html`${part}<wbr />`)}</span
  >`;

const free = (value: string): Markup => html`<span class="figure free">${value}</span>`;
