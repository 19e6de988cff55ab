/** The live page of a run: fed by XState's inspection, shown as of the newest durable row. */
import type { InspectionEvent } from 'xstate';
import type { Row } from '../../actors/engine.ts';
import { drawingOf } from '../../inspector/chart.ts';
import { startInspector } from '../../inspector/server.ts';
import { createTap } from '../../inspector/tap.ts';
import { sentence } from '../../projections/sentence.ts';
import { empty, type SessionState } from '../../projections/session.ts';
import type { RunOptions } from './options.ts';

export type Page = Readonly<{
  url: string;
  inspect: (event: InspectionEvent) => void;
  durable: (row: Row, state: SessionState) => void;
  close: () => Promise<void>;
}>;

/** Undefined where none is wanted. Rejects with an InspectorError where an asked-for port is taken. */
export const openPage = async (
  { page, configuration }: RunOptions,
  number: number,
): Promise<Page | undefined> => {
  if (page.kind === 'off') return undefined;
  const { effective } = configuration;
  const tap = createTap();
  let state: SessionState = empty;
  const served = await startInspector({
    host: effective.inspector.host,
    port: page.port,
    exactPort: page.kind === 'asked',
    drawing: drawingOf(effective),
    session: { number, network: effective.network.name, profile: effective.profile },
    sentence: () => sentence(state, state.lastAt),
    frame: tap.frame,
    updates: tap.updates,
  });
  return {
    url: served.url,
    inspect: tap.inspect,
    durable: (row, next) => {
      state = next;
      tap.durable(row);
    },
    close: served.close,
  };
};

/** Asks before anything is opened, so that a refused start changes nothing. Rejects as `openPage` does. */
export const refuseTakenPort = async (options: RunOptions): Promise<void> => {
  if (options.page.kind !== 'asked') return;
  const page = await openPage(options, 0);
  await page?.close();
};
