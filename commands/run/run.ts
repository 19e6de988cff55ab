/** `neo run`: a session on the embedded ledger, on paper or on real servers, from the checks before it to the summary after it. It decides nothing. */
import { randomUUID } from 'node:crypto';
import { assertClient } from '../../actors/gateway/websocket.ts';
import { LogError } from '../../actors/log/failure.ts';
import { openLog, type Log } from '../../actors/log/open.ts';
import { startProjector } from '../../actors/projector.ts';
import type { Row } from '../../actors/engine.ts';
import type { Session } from '../../actors/session.ts';
import { isProtective, type Halt } from '../../events/halt.ts';
import type { GateAnswered } from '../../events/session.ts';
import { document } from '../../projections/document.ts';
import { riskLine } from '../../projections/at-risk.ts';
import { summary } from '../../projections/report.ts';
import { sentence } from '../../projections/sentence.ts';
import { apply, empty, type SessionState } from '../../projections/session.ts';
import { type Command, type Surroundings } from '../command.ts';
import { compose } from '../compose.ts';
import { askGate } from '../gate/gate.ts';
import { openProcessLog, type ProcessLog } from '../process-log.ts';
import { backUp, backUpMissing } from './backup.ts';
import { broken, lostAfterwards } from './broken.ts';
import { attendInbox, earlierStops, heardBefore } from './inbox.ts';
import { liveWorld } from './live.ts';
import { readRunOptions, runHelp, type RunOptions } from './options.ts';
import { openPage, refuseTakenPort } from './page.ts';
import { paperWorld } from './paper.ts';
import { sandboxWorld } from './sandbox.ts';
import { keepReport } from './report.ts';
import { attendKill, type KillSwitch } from './killed.ts';
import { listenForSignals } from './signals.ts';
import { openStately } from './stately.ts';
import { createStatus } from './status.ts';
import { openWatch, type Watch } from './watch/watch.ts';
import type { World } from './world.ts';

export const runCommand: Command = {
  help: runHelp,
  run: async (args, surroundings) => {
    const options = await readRunOptions(args, surroundings);
    if (options) return runSession(options, surroundings);
    surroundings.out(runHelp);
    return 0;
  },
};

/** Resolves with the exit code. Rejects with what keeps it from starting, or ends it before its end. */
export const runSession = async (
  options: RunOptions,
  surroundings: Surroundings,
): Promise<number> => {
  const secret = options.configuration.secret('alerts.webhook_url');
  const said = await openProcessLog(secret === null ? [] : [secret]);
  const killSwitch = attendKill(options.file, said);
  try {
    return await watched(options, { ...surroundings, said, killSwitch });
  } finally {
    await killSwitch.kept();
  }
};

/** What a run speaks to: people, the process log, and who looks after it. */
type Around = Surroundings & Readonly<{ said: ProcessLog; watch: Watch; killSwitch: KillSwitch }>;

/** Whatever ends it otherwise than its log says is an alert. */
const watched = async (options: RunOptions, around: Omit<Around, 'watch'>): Promise<number> => {
  const watch = await openWatch(options, around.env, around.said);
  around.killSwitch.lostTo(watch.unheard);
  try {
    assertClient();
    await refuseTakenPort(options);
    const world = await worldOf(options, around);
    try {
      return await onWorld(options, world, { ...around, watch });
    } finally {
      await world.close();
    }
  } catch (cause) {
    watch.broken(cause);
    throw cause;
  } finally {
    await around.killSwitch.kept();
    await watch.close();
  }
};

const worldOf = async (
  { configuration: { effective }, file, speed }: RunOptions,
  { env, said }: Pick<Around, 'env' | 'said'>,
): Promise<World> => {
  switch (effective.network.name) {
    case 'live':
      return liveWorld(effective, env);
    case 'paper':
      return paperWorld(effective, file, said);
    case 'sandbox':
      return sandboxWorld(effective, file, speed);
  }
};

const onWorld = async (options: RunOptions, world: World, around: Around): Promise<number> => {
  const { effective } = options.configuration;
  let failure: LogError | undefined;
  const stops = await earlierStops(options.file);
  const log = await openLog({
    file: options.file,
    network: effective.network.name,
    account: world.signer.address,
    synchronous: world.virtual ? 'OFF' : 'FULL',
    checkpointSeconds: world.virtual ? 0 : effective.engine.wal_checkpoint_interval_seconds,
    onCheckpoint: around.watch.checkpoint,
    onFailure: (first) => (failure = first),
  });
  let owned = false;
  try {
    world.own((await log.newest()) !== undefined);
    owned = true;
    const past = [...stops, ...(await heardBefore(log.file))];
    const code = await onLog(options, world, log, past, around);
    if (failure) throw lostAfterwards(failure);
    return code;
  } finally {
    await log.close({ clean: !failure && (owned || !log.uncleanEnd) });
  }
};

const onLog = async (
  options: RunOptions,
  world: World,
  log: Log,
  past: readonly string[],
  { out, error, said, watch, killSwitch }: Around,
): Promise<number> => {
  const { configuration } = options;
  const { clock } = world;
  await backUpMissing(log, clock, { said, watch });
  const stately = options.stately === null ? undefined : await openStately(options.stately);
  const page = await openPage(options, (why) =>
    said.warn({ cause: String(why) }, 'the page is gone; neo inspect shows the same'),
  );
  const projector = startProjector(log, (cause) =>
    said.warn({ cause: String(cause) }, 'the read models stay behind; neo rebuild makes them anew'),
  );
  const status = createStatus({
    write: options.json ? () => undefined : out,
    isTerminal: process.stdout.isTTY && !options.json,
    columns: () => process.stdout.columns || columnsUsual,
  });
  const number = log.nextSession();
  let state: SessionState = empty;
  const onRow = (row: Row): void => {
    state = apply(state, row);
    watch.durable(row, state);
    const { type } = row.event;
    if (type === 'tick' || type === 'mode.changed' || type === 'time.due')
      status.show(number, state, row.at);
    if (type === 'mode.changed' || type === 'halt') {
      said.info({ seq: row.seq }, sentence(number, state, row.at));
    }
  };
  const gate = (starting: number): Promise<GateAnswered> =>
    askGate(log.file, { flat: configuration.flat, note: options.override, starting }).catch(
      (cause: unknown) => unanswered(cause),
    );
  watch.opened(number);
  const { session } = await compose({
    configuration,
    log,
    clock,
    transports: world.transports,
    traded: world.traded,
    signer: world.signer,
    issuer: world.issuer,
    networkId: world.networkId,
    plannedSeconds: configuration.effective.engine.duration_seconds,
    uuid: randomUUID(),
    cancelForeign: options.cancelForeign,
    override: options.override,
    onRow,
    ...(configuration.effective.network.name === 'live' ? { gate } : {}),
    ...(stately ? { inspect: stately.inspect } : {}),
  });
  const stopSignals = listenForSignals(session.signal);
  killSwitch.takenBy(session);
  const leaveInbox = await attendInbox(log.file, session, past, (sentence) => {
    error(`${sentence}\n`);
    watch.unheard(sentence);
  });
  session.connect();
  world.start();
  if (page) (options.json ? error : out)(`page ${page.url}\n`);
  try {
    const halt = await untilEnded(world, session);
    status.end();
    await leaveInbox();
    await projector.settled();
    await backUp(log, clock, { said, watch });
    const lastHash = (await log.newest())?.lastHash ?? '';
    if (log.uncleanEnd && number > 1) await keepReport(options.file, number - 1, said);
    const file = await keepReport(options.file, number, said);
    const told = document(state, { session: number, lastHash });
    const pointer = file === undefined ? '' : `Its report:      ${file}\n`;
    out(
      options.json
        ? `${JSON.stringify(told)}\n`
        : `\n${sentence(number, state, state.lastAt)}\n\n${summary(told, riskLine(state), options.file)}${pointer}\n`,
    );
    return exitCode(halt);
  } catch (cause) {
    const why = broken(cause, state, clock.now());
    watch.broken(why);
    if (cause instanceof LogError) await backUp(log, clock, { said, watch });
    throw why;
  } finally {
    status.end();
    stopSignals();
    await leaveInbox();
    await projector.stop();
    stately?.close();
    await page?.close();
  }
};

/** What cannot be asked is no go. */
const unanswered = (cause: unknown): GateAnswered => {
  const evidence = cause instanceof Error ? cause.message : String(cause);
  return { type: 'gate.answered', go: false, lines: [{ check: 'log', pass: false, evidence }] };
};

/** In virtual time somebody must let it pass. */
const untilEnded = async ({ virtual }: World, session: Session): Promise<Halt> => {
  if (!virtual) return session.ended;
  let over = false;
  const ended = session.ended.finally(() => (over = true));
  await Promise.all([virtual.run(session.quiet, () => over), ended.catch(() => undefined)]);
  return ended;
};

/** Of a terminal that does not say how wide it is. */
const columnsUsual = 120;

const couldNotStart: ReadonlySet<string> = new Set(['startup_failure', 'config_mismatch']);

const exitCode = ({ reason }: Halt): number =>
  couldNotStart.has(reason) ? 4 : isProtective(reason) ? 3 : 0;
