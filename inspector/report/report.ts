/**
 * The report of a session as one file that needs nothing else: no network, no script, fonts and charts within. It draws the
 * engine's own projections.
 */
import { readFileSync } from 'node:fs';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import { guardIds } from '../../events/guard.ts';
import { accountingDocument } from '../../projections/accounting-document.ts';
import { formatFixed } from '../../ledger/decimal.ts';
import { nearestTo } from '../../ledger/exact.ts';
import type { Alternatives } from '../../projections/alternative.ts';
import { describe } from '../../projections/describe.ts';
import { document, type SessionDocument } from '../../projections/document.ts';
import { meaning } from '../../projections/meaning.ts';
import { sentence } from '../../projections/sentence.ts';
import { isOver, livedUntil } from '../../projections/session.ts';
import { commandLine, counted, instant, signed } from '../../projections/wording.ts';
import { pieces } from '../page/words.ts';
import { accountSection } from './account.ts';
import { alternativesSection } from './alternatives.ts';
import { causesSection, type Cause } from './causes.ts';
import type { Gathered } from './gather.ts';
import { command, prose } from './command.ts';
import { glyph } from './glyph.ts';
import { html, trusted, type Markup } from './markup.ts';
import { picture } from './picture.ts';
import {
  checksSection,
  fillsSection,
  guardsSection,
  ordersSection,
  reconciliationSection,
  settingsSection,
  touchSection,
  type Difference,
} from './sections.ts';

export type About = Readonly<{
  session: number;
  lastHash: string;
  /** False where nobody writes the log: a session without an end has died then. */
  isWritten: boolean;
  /** Of the commands that are told. */
  database: string;
  /** From the input that began it to the halt, or to the last change of mode. */
  chain: readonly Recorded<Event>[];
  /** In order of time. */
  causes: readonly Cause[];
  /** Undefined where nothing protective ended it; null where it is too long to be run again here. */
  alternatives: Alternatives | null | undefined;
  fromDefaults: readonly Difference[];
  /** Null where there is none, or it is not in this log. */
  fromBefore: Readonly<{ session: number; differences: readonly Difference[] }> | null;
}>;

export const report = (told: Gathered, about: About): string => {
  const { session: state } = told.moment;
  const at = livedUntil(state);
  const { session, lastHash, database } = about;
  // What comes behind damage may be its end: that it has none is not known.
  const isWritten = about.isWritten || told.damage !== null;
  const known = document(state, { session, lastHash, isWritten });
  const zero = state.startedAt ?? state.openedAt;
  const said = sentence(session, state, state.lastAt, isWritten);
  const network = (state.network ?? 'unknown').toUpperCase();
  const what = { LIVE: ', REAL MONEY', PAPER: ', FILLS SIMULATED' }[network] ?? '';
  const name = `NEO session ${session}`;
  const body = html`<header>
      <span class="brand">NEO</span><span class="net ${network}">${network + what}</span
      ><b>Session ${session}</b
      ><span class="when"
        >${instant(state.openedAt)} to
        ${instant(at)}${isOver(state) ? '' : told.damage === null ? ', not ended' : ', damaged from there on'}</span
      >
    </header>
    <main>
      ${damaged(told)}
      <h1>
        ${told.damage === null && (isOver(state) || !isWritten) ? '' : `As of ${instant(at)}: `}${capital(named(said))}.
      </h1>
      ${why(told)} ${essence(told, known)}
      <div class="scroll" role="region" tabindex="0" aria-label="Timeline">
        ${picture(told, `Mode, guards, prices, anchor error, XRP share and wallet checks of session ${session} over time`)}
      </div>
      ${guardsSection(session, told, zero)} ${chain(told, about)}
      ${causesSection(about.causes, { thresholds: state.thresholds, zero, trips: told.trips.count })}
      ${about.alternatives === undefined ? '' : alternativesSection(about.alternatives, { session, database, events: told.moment.seq })}
      ${fillsSection(told)} ${accountSection(accountingDocument(told.accounting))}
      <div class="two">
        <div>${reconciliationSection(told, known)}</div>
        <div>${touchSection(known)}</div>
      </div>
      ${ordersSection(told, known)} ${checksSection(told)}
      <div class="two">
        <div>
          ${settingsSection('Different from the defaults', 'default', about.fromDefaults, 'Every setting is the default.')}
        </div>
        <div>
          ${settingsSection(
            'Different from the session before',
            about.fromBefore ? `S${about.fromBefore.session}` : 'before',
            about.fromBefore && about.fromBefore.differences,
            about.fromBefore
              ? `Every setting is that of session ${about.fromBefore.session}.`
              : 'There is no session before it in this log.',
          )}
        </div>
      </div>
    </main>
    <footer>
      <p>
        ${counted(known.log.events, 'event')}${told.damage === null ? html`, hash chain verified, last hash <span class="figure">${lastHash}</span>` : ' before the damage'}
      </p>
      <p>
        ${['explain', 'replay', 'verify --session'].map((verb) => html`${command(commandLine(`${verb} ${session}`, database))} `)}
      </p>
    </footer>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark light" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; font-src data:"
        />
        <title>${name}</title>
        <style>
          ${trusted(style())}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
};

/** Bundled by the build: the page's palette and fonts, and what this report adds. Paper is light, whatever the system prefers. */
const style = (): string => {
  const css = readFileSync(new URL('report.css', import.meta.url), 'utf8');
  const light = /:root\[data-theme=["']?light["']?\]\s*\{([^}]*)\}/.exec(css)?.[1];
  if (light === undefined) throw new Error('the palette has no light theme');
  return `${css}@media print{:root:root{${light};--bg:#fff}}`;
};

/** With the glyph before each guard's name. */
const named = (text: string): readonly Markup[] =>
  pieces(text, guardIds).map(({ text: piece, guard }) => {
    const id = guardIds.find((one) => one === guard);
    return id ? html`<span class="named ${id}">${glyph(id)} ${piece}</span>` : html`${piece}`;
  });

const capital = ([first, ...rest]: readonly Markup[]): readonly Markup[] =>
  first
    ? [{ markup: first.markup.replace(/^[a-z]/, (letter) => letter.toUpperCase()) }, ...rest]
    : rest;

const damaged = ({ damage, moment }: Gathered): Markup =>
  damage === null
    ? html``
    : html`<p class="damage" role="note">
        The log can be read up to event ${moment.seq} and no further: ${damage}. This report ends
        there.
      </p>`;

const why = ({ moment: { session } }: Gathered): Markup => {
  if (session.halt === null) return html``;
  const { reason, source, detail } = session.halt;
  return html`<p class="why">
    <b>${reason}</b>, asked for by
    <b>${named(source)}</b>${prose(detail === '' ? '' : `: ${detail}`)}. ${prose(meaning[reason])}
  </p>`;
};

const chain = (told: Gathered, about: About): Markup => {
  if (about.chain.length === 0) return html``;
  const { thresholds, halt } = told.moment.session;
  const steps = about.chain.map((row) => {
    const what = describe(row, thresholds);
    return html`<li>
      <span class="figure">${row.seq} ${row.event.type}</span>
      ${prose(what === row.event.type ? '' : what)}
    </li>`;
  });
  return html`<section>
    <h2>From the input to ${halt ? 'the end' : 'the present mode'}</h2>
    <ol class="chain">
      ${steps}
    </ol>
  </section>`;
};

/** What a reader asks first, in one line. */
const essence = (told: Gathered, known: SessionDocument): Markup => {
  const { truth } = told.moment;
  const { fills, inventory } = known;
  const facts: readonly (readonly [string, string])[] = [
    ['ticks', String(known.ticks)],
    ['trips', String(told.trips.count)],
    ['fills', `${fills.buy} buy, ${fills.sell} sell`],
    ['notional, RLUSD', fills.rlusd_notional],
    ['VW spread, bps', fills.vw_spread_bps === null ? 'none' : signed(fills.vw_spread_bps, 1)],
    ['value at mid, RLUSD', inventory.engine_total ?? 'unknown'],
    ['last wallet check', truth?.check.status ?? 'none'],
  ];
  return html`<dl>
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${rounded(value)}</dd>
        </div>`,
    )}
  </dl>`;
};

/** An exact amount is rounded to cents where it stands large; the tables have it whole. */
const rounded = (text: string): string =>
  /^\d+\.\d{3,}$/.test(text) ? formatFixed(nearestTo(text), 2) : text;
