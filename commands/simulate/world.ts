/** One seed's world: a ledger that closes every few seconds, a market, faults and deaths, and an engine that is started again after each end. */
import { createHash } from 'node:crypto';
import { virtualClock } from '../../actors/clock.ts';
import { openLog, type Log } from '../../actors/log/open.ts';
import type { Session } from '../../actors/session.ts';
import { createSigner } from '../../actors/signer.ts';
import type { Stages } from '../../actors/wiring.ts';
import { loadConfig } from '../../config.ts';
import type { Halt } from '../../events/halt.ts';
import type { Input } from '../../events/event.ts';
import { rlusdCurrency } from '../../ledger/rlusd.ts';
import { createFaults } from '../../sandbox/faults/faults.ts';
import { createLink } from '../../sandbox/link.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { compose } from '../compose.ts';
import { mortal, type Mortal } from './crash.ts';
import { createDriver, withdrawalsMost } from './driver.ts';
import { factsOf, type LedgerFacts } from './facts.ts';
import { draw, isCrash, type CrashName, type Plan } from './plan.ts';
import { foundation } from './foundation.ts';
import { createWatch, Violation, type Watch } from './watch.ts';
import { summed, type Tally } from './tally.ts';

/** Faults planted by a test: other actors in the places of ours, or an append that says too early that it is done. */
export type Planted = Readonly<{ stages?: Stages; isHasty?: boolean }>;

const ledgerMs = 4000;
const startMs = Date.parse('2026-05-11T06:00:00Z');
const opening = { xrp: '66.82', rlusd: '97.61' };
/** Draws that belong to the life of the engine. */
const matters = { rest: 20, turns: 21, operator: 22 };
const restMostSeconds = 75;
const turnsMost = 30;
/** A last start, long enough to settle what there is. */
const epilogueSeconds = 10;
/** However badly it goes, everything signed is over by then. */
const overtimeSeconds = 900;
/** About all that the wallet holds: beyond a limit no start gets it back within. */
const limits = ['risk.max_xrp_exposure=185', 'risk.max_rlusd_exposure=185'];
const startsLeast = 60;
/** Started more often than this it lives no session. */
const secondsAStart = 60;

/** Lives it on `file`, which is new. Rejects with a Violation, or with whatever broke. */
export const live = async (plan: Plan, file: string, planted: Planted = {}): Promise<Tally> => {
  const { seed } = plan;
  const clock = virtualClock(startMs);
  const faults = createFaults({ seed, names: [], clock });
  const ground = {
    seed: 1,
    clock,
    market: 'scripted',
    intervalMs: ledgerMs,
    opening,
    withdrawals: withdrawalsMost,
  } as const;
  const store = foundation((on) => void createSandbox({ ...ground, store: on }));
  const sandbox = createSandbox({ ...ground, faults, store });
  if (!sandbox.script) throw new Error('a scripted market has a script');
  const driver = createDriver(seed, sandbox.script);
  const configuration = loadConfig({ env: {}, set: limits });
  const signer = createSigner(sandbox.seed, 'ed25519');
  const watch = createWatch();
  const endMs = startMs + plan.seconds * 1000;
  const startsMost = startsLeast + plan.seconds / secondsAStart;

  let log: Log | undefined;
  let session: Session | undefined;
  let mortality: Mortal | undefined;
  /** A death that is decided and has not found its occasion yet: it waits for the next engine. */
  let doom: Readonly<{ name: CrashName; turns: number }> | undefined;
  /** What a dead process was about to write never is: nobody waits for it. */
  let death = new Promise<undefined>(() => undefined);
  let failure: unknown;
  let isEpilogue = false;
  let isOver = false;
  let starts = 0;
  let ledgers = 0;
  let working = 0;
  const ends: Record<string, number> = {};
  const crashes: Partial<Record<CrashName, number>> = {};

  const work = (task: () => Promise<void>): void => {
    working += 1;
    void task()
      .catch((cause: unknown) => (failure ??= cause))
      .finally(() => (working -= 1));
  };
  /** A violation must not be taken for an answer that never came. */
  const guarded = (look: () => void): void => {
    try {
      look();
    } catch (cause) {
      failure ??= cause;
    }
  };
  const quiet = async (): Promise<void> => {
    do {
      await new Promise((resolve) => setImmediate(resolve));
      if (failure === undefined && session) await Promise.race([session.quiet(), death]);
    } while (working > 0);
  };
  const later = (ms: number, task: () => void): void =>
    void clock.at(clock.now() + Math.round(ms), task);

  const start = async (): Promise<void> => {
    starts += 1;
    if (starts > startsMost)
      throw new Violation(`the engine was started more than ${startsMost} times`);
    let hasDied: () => void = () => undefined;
    death = new Promise<undefined>((resolve) => (hasDied = () => resolve(undefined)));
    const mine = mortal((name) => {
      crashes[name] = (crashes[name] ?? 0) + 1;
      doom = undefined;
      hasDied();
      work(bury);
    });
    mortality = mine;
    if (doom) mine.doom(doom.name, doom.turns);
    const opened = await openLog({
      file,
      network: 'sandbox',
      account: signer.address,
      synchronous: 'OFF',
      checkpointSeconds: 0,
      onCheckpoint: () => undefined,
      onFailure: (cause) => (failure ??= cause),
    });
    log = opened;
    const link = createLink(sandbox.node, { setTimer: later, faults });
    const composed = compose({
      configuration,
      log: { ...opened, append: watched(opened, mine, watch, planted) },
      clock,
      transports: [mine.transport(overheard(link, (blob) => guarded(() => watch.submitted(blob))))],
      signer,
      issuer: sandbox.issuer,
      networkId: sandbox.networkId,
      plannedSeconds: isEpilogue ? epilogueSeconds : Math.max(1, (endMs - clock.now()) / 1000),
      uuid: uuidOf(`simulated/${seed}/${starts}`),
      // Time stands still until what its last event sets in motion is over.
      onRow: ({ event }) => {
        if (event.type === 'session.ended') work(async () => void (await over()));
      },
      ...(planted.stages ? { stages: planted.stages } : {}),
    });
    const begun = await Promise.race([composed, death]);
    if (!begun) return;
    session = begun.session;
    answerWhatStands(begun.session);
    begun.session.connect();
    begun.session.ended.then(
      (halt) => work(() => closed(halt)),
      (cause: unknown) => (failure ??= cause),
    );
  };

  const over = (): Promise<unknown> => Promise.race([session?.ended, death]);

  /** What an operator does at a desk before he starts again: clears, acknowledges, realigns. */
  const answerWhatStands = (next: Session): void => {
    for (const input of standing.splice(0)) next.post(input);
  };
  const standing: Input[] = [];

  /** The process is gone; another is started after a while. */
  const bury = async (): Promise<void> => {
    const gone = session;
    session = undefined;
    await gone?.abandon();
    await log?.close({ clean: false });
    log = undefined;
    restAndStart();
  };

  const closed = async (halt: Halt): Promise<void> => {
    session = undefined;
    ends[halt.reason] = (ends[halt.reason] ?? 0) + 1;
    await log?.close({ clean: true });
    log = undefined;
    if (halt.reason === 'kill_switch') {
      standing.push({ type: 'operator.clear', by: 'simulated', note: 'looked at' });
    }
    if (halt.reason === 'startup_failure' || halt.reason === 'inventory_truth_halt') {
      standing.push({ type: 'operator.realign', note: 'simulated' });
    }
    if (isEpilogue) isOver = true;
    else restAndStart();
  };

  const restAndStart = (): void => {
    const seconds = 1 + draw(seed, matters.rest, starts) * restMostSeconds;
    const isPast = clock.now() + seconds * 1000 >= endMs;
    if (!isPast || isEpilogue) later(seconds * 1000, () => work(start));
    else epilogue();
  };

  /** Once no fault holds any more: a last start finds what is left. */
  const epilogue = (): void => {
    isEpilogue = true;
    const holds = plan.blows.some(({ name }) => !isCrash(name) && faults.holds(name));
    if (holds || clock.now() < endMs) later(ledgerMs, epilogue);
    else work(start);
  };

  const closeEvery = (instantMs: number): void => {
    void clock.at(instantMs, () => {
      driver.before((input) => session?.post(input), isEpilogue);
      closeLedger();
      closeEvery(instantMs + ledgerMs);
    });
  };
  let newest: LedgerFacts | undefined;
  const closeLedger = (): void => {
    const before = sandbox.chain.latest().header.ledger_index;
    const facts = factsOf(sandbox.closeLedger(), signer.address, tokenOf(sandbox));
    if (facts.index === before) return;
    ledgers += 1;
    newest = facts;
    guarded(() => watch.ledger(facts));
  };

  for (const { name, at } of plan.blows) {
    void clock.at(startMs + Math.round(at * 1000), () => {
      if (!isCrash(name)) faults.strike(name);
      else {
        doom ??= { name, turns: Math.floor(draw(seed, matters.turns, at) * turnsMost) };
        mortality?.doom(doom.name, doom.turns);
      }
    });
  }
  closeLedger();
  closeEvery(startMs + ledgerMs);
  work(start);
  const lastMs = endMs + overtimeSeconds * 1000;
  await clock.run(quiet, () => failure !== undefined || isOver || clock.now() > lastMs);
  if (failure === undefined && !isOver) {
    failure = new Violation(`it has not ended ${overtimeSeconds} s after the planned end`);
  }
  await session?.abandon();
  await log?.close({ clean: failure === undefined });
  if (failure !== undefined) throw failure;
  if (newest) watch.end(newest);
  const { buy, sell, ticks, events } = watch.counts();
  return {
    simulated: 1,
    sessions: starts,
    ticks,
    ledgers,
    events,
    fills: { buy, sell },
    faults: summed(faults.counts(), crashes),
    ends,
  };
};

const tokenOf = ({ issuer }: Sandbox) => ({ currency: rlusdCurrency, issuer });

/** What is written is seen; what is written of a dead process is not told it. */
const watched =
  (log: Log, mine: Mortal, watch: Watch, { isHasty = false }: Planted): Log['append'] =>
  (session, rows) =>
    mine.append(async (turn) => {
      const written = log.append(session, turn).then(() => watch.rows(session, turn));
      if (isHasty) written.catch(() => undefined);
      else await written;
    })(rows as Parameters<ReturnType<Mortal['append']>>[0]);

type Link = ReturnType<typeof createLink>;

const overheard = (link: Link, submitted: (blob: string) => void): Link => ({
  ...link,
  request: (command) => {
    if (command.command === 'submit') submitted(String(command['tx_blob']));
    return link.request(command);
  },
});

/** A UUID that follows from a text, so that a log is the same on every machine. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, index) => hex.slice(cuts[index], end))
    .join('-');
};
