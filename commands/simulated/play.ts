/**
 * A session in a recorded market, in virtual time: the same engine, its offers on a ledger that mirrors the record and is
 * taken from by the fill model. Nothing is written; when the record is over the market stands still and the session ends.
 */
import { EMPTY } from 'rxjs';
import { virtualClock } from '../../actors/clock.ts';
import type { Row } from '../../actors/engine.ts';
import { opening } from '../../actors/opening.ts';
import { startSession } from '../../actors/session.ts';
import { createSigner } from '../../actors/signer.ts';
import type { Configuration } from '../../config.ts';
import type { Json } from '../../ledger/transport.ts';
import { createLink, whileUp } from '../../sandbox/link.ts';
import { createPaper, type Paper } from '../../sandbox/paper/paper.ts';
import { document, type SessionDocument } from '../../projections/document.ts';
import { apply, empty } from '../../projections/session.ts';
import * as sides from '../../projections/sides.ts';
import { UsageError } from '../command.ts';
import type { Tape, TapeLedger } from './tape.ts';

export type Simulated = Readonly<{ document: SessionDocument; sides: sides.Sides }>;

const seed = 1;
/** How long a closing may take when the record is over. */
const closingMostMs = 600_000;
const idleLedgerMs = 4_000;

/** Rejects with a UsageError where the wallet was too small for the ledger's reserves. */
export const simulate = async (
  { opened, startedAt, endedAt, opening: wallet, ledgers, outages }: Tape,
  session: number,
  { effective, layers }: Configuration,
  hear: (row: Row) => void = () => undefined,
): Promise<Simulated> => {
  const [first, ...later] = ledgers;
  const last = ledgers.at(-1);
  if (!first || !last) throw new Error('a tape has ledgers');
  const clock = virtualClock(startedAt);
  const paper = founded({ seed, clock, opening: wallet, first });
  const link = createLink(paper.node, {
    setTimer: (ms, task) => void clock.at(clock.now() + ms, task),
  });
  const plannedSeconds = Math.min(opened.plannedSeconds, Math.max(1, (endedAt - startedAt) / 1000));
  const { address: account, issuer, networkId } = paper;
  const config = {
    layers: layers as unknown as Readonly<Record<string, Json>>,
    effective: effective as unknown as Json,
  };
  let [state, filled] = [empty, sides.empty];
  let failure: unknown;
  let isUp = true;
  let over = false;
  const running = startSession({
    opened: opening(
      {
        ...opened,
        network: 'paper',
        account,
        issuer,
        networkId,
        config,
        plannedSeconds,
        cancelForeign: false,
        override: null,
      },
      undefined,
    ),
    settings: effective,
    clock,
    transports: [whileUp(link, () => isUp)],
    signer: createSigner(paper.seed, 'ed25519'),
    append: () => Promise.resolve(),
    traded: EMPTY,
    onRow: (row) => {
      state = apply(state, row);
      filled = sides.apply(filled, row);
      hear(row);
    },
  });
  running.ended.then(
    () => (over = true),
    (cause: unknown) => (failure = cause),
  );
  const mirror = (ledger: TapeLedger): void => void paper.advance(ledger);
  for (const ledger of later) clock.at(ledger.at, () => mirror(ledger));
  for (const { from, to } of outages) {
    clock.at(from, () => {
      isUp = false;
      link.interfere.dropSocket();
    });
    clock.at(to, () => {
      isUp = true;
      void link.connect();
    });
  }
  const idle = (index: number, at: number): void => {
    clock.at(at, () => {
      const closeTime = last.closeTime + Math.round((at - last.at) / 1000);
      mirror({ index, closeTime, at, market: null, trades: [] });
      idle(index + 1, at + idleLedgerMs);
    });
  };
  idle(last.index + 1, last.at + idleLedgerMs);
  running.connect();
  await clock.run(
    running.quiet,
    () => over || failure !== undefined || clock.now() > last.at + closingMostMs,
  );
  if (failure !== undefined) throw failure;
  const told = document(state, { session, lastHash: '' });
  const isCut = plannedSeconds < opened.plannedSeconds && told.halt?.reason === 'duration_elapsed';
  return { document: isCut ? exhausted(told) : told, sides: filled };
};

const founded = (options: Parameters<typeof createPaper>[0]): Paper => {
  try {
    return createPaper(options);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new UsageError(`It cannot be simulated: ${cause.message}.`);
    throw cause;
  }
};

/** It would have gone on where the record did not. */
const exhausted = (told: SessionDocument): SessionDocument => ({
  ...told,
  halt: told.halt && {
    ...told.halt,
    reason: 'replay_exhausted',
    source: 'replay',
    detail: 'the recorded inputs ended before the session did',
  },
});
