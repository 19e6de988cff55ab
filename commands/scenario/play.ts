/** Plays one scenario file in virtual time: a ledger that closes every few seconds, a scripted world, an engine that knows of neither. */
import { createHash } from 'node:crypto';
import { virtualClock, type VirtualClock } from '../../actors/clock.ts';
import { openLog, type Log } from '../../actors/log/open.ts';
import type { Session } from '../../actors/session.ts';
import { createSigner } from '../../actors/signer.ts';
import { loadConfig, type Configuration } from '../../config.ts';
import type { OperatorInput } from '../../events/operator.ts';
import { format, isZero, zero, type Decimal } from '../../ledger/decimal.ts';
import { createLink } from '../../sandbox/link.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { Script } from '../../sandbox/script.ts';
import { parseChange, stated, type Change } from '../../sandbox/traders/transfer.ts';
import { UsageError } from '../command.ts';
import { compose } from '../compose.ts';
import type { Amounts, Scenario, ScenarioEvent } from './format.ts';

/** A ledger and its wallet, as one scenario hands them to the next. */
export type Stage = Readonly<{ sandbox: Sandbox; time: { clock: VirtualClock } }>;

/** Longer than any bounded wait at an end. */
const closingMost = 300;

/** Plays on `file`; goes on with `stage` where there is one. */
export const play = async (
  scenario: Scenario,
  file: string,
  stage: Stage | undefined,
): Promise<Stage> => {
  const startMs = Date.parse(scenario.start);
  const clock = virtualClock(startMs);
  const { sandbox, time } = stage ?? build(scenario, clock);
  time.clock = clock;
  const script = scriptOf(sandbox);
  const configuration = configured(scenario);
  const ledgerMs = configuration.effective.sandbox.ledger_interval_ms;
  const endMs = startMs + scenario.duration_seconds * 1000;
  const link = createLink(sandbox.node, {
    setTimer: (ms, fn) => void clock.at(clock.now() + ms, fn),
  });
  const signer = createSigner(
    sandbox.seed,
    sandbox.seed.startsWith('sEd') ? 'ed25519' : 'secp256k1',
  );

  let log: Log | undefined;
  let session: Session | undefined;
  let failure: unknown;
  let stalled = false;
  let starts = 0;
  /** What the operator asks for while no session runs: the next one hears it at its opening. */
  const waiting: OperatorInput[] = [];
  const over = (): boolean =>
    failure !== undefined || (session === undefined && clock.now() >= endMs);

  const start = async (): Promise<void> => {
    if (session) return;
    starts += 1;
    log ??= await openLog({
      file,
      network: 'sandbox',
      account: signer.address,
      synchronous: 'OFF',
      checkpointSeconds: 0,
      onCheckpoint: () => undefined,
      onFailure: (cause) => (failure = cause),
    });
    const plannedSeconds = (endMs - clock.now()) / 1000;
    const { session: begun } = await compose({
      configuration,
      log,
      clock,
      transports: [link],
      signer,
      issuer: sandbox.issuer,
      networkId: sandbox.networkId,
      plannedSeconds,
      uuid: uuidOf(`${scenario.name}/${starts}`),
      onRow: ({ event }) => event.type === 'session.ended' && work(() => ended),
    });
    const ended = begun.ended.then(
      () => {
        if (session === begun) session = undefined;
      },
      (cause: unknown) => void (failure = cause),
    );
    session = begun;
    for (const input of waiting.splice(0)) begun.post(input);
    begun.connect();
  };

  const crash = async (): Promise<void> => {
    const gone = session;
    session = undefined;
    await gone?.abandon();
    await log?.close({ clean: false });
    log = undefined;
  };

  let working = 0;
  const work = (task: () => Promise<void>): void => {
    working += 1;
    void task()
      .catch((cause: unknown) => (failure = cause))
      .finally(() => (working -= 1));
  };
  const quiet = async (): Promise<void> => {
    do {
      await new Promise((resolve) => setImmediate(resolve));
      await session?.quiet();
    } while (working > 0);
  };

  const ask = (input: OperatorInput): void => {
    if (session) session.post(input);
    else waiting.push(input);
  };

  const happen = (event: ScenarioEvent): void => {
    if (event.take) script.take(event.take, event.fraction ?? '1');
    if (event.race) script.race(event.race);
    if (event.transfer) script.transfer(whole(event.transfer));
    if (event.deposit) {
      announcements(event.deposit).forEach(ask);
      script.transfer(whole(event.deposit));
    }
    if (event.rpc) link.interfere.requests(event.rpc);
    if (event.socket) link.interfere.dropSocket();
    if (event.ledger) stalled = event.ledger === 'stall';
    if (event.lose_response) link.interfere.loseSubmitAnswers(event.lose_response);
    if (event.signal) session?.signal(event.signal);
    if (event.kill_switch) ask({ type: 'operator.kill', note: 'kill switch' });
    if (event.crash) work(crash);
    if (event.restart) work(start);
  };

  const at = (t: number, task: () => void): void => void clock.at(startMs + t * 1000, task);
  const closeEvery = (instantMs: number): void => {
    void clock.at(instantMs, () => {
      if (!stalled) sandbox.closeLedger();
      if (instantMs < endMs + closingMost * 1000) closeEvery(instantMs + ledgerMs);
    });
  };
  for (const point of scenario.market) {
    if (point.t === 0) script.market(point);
    else at(point.t, () => script.market(point));
  }
  for (const event of scenario.events ?? []) at(event.t, () => happen(event));
  sandbox.closeLedger();
  closeEvery(startMs + ledgerMs);
  work(start);
  at(scenario.duration_seconds, () => undefined);
  await clock.run(quiet, over);
  await (log as Log | undefined)?.close({ clean: true });
  if (failure !== undefined) throw failure;
  return { sandbox, time };
};

const build = (scenario: Scenario, first: VirtualClock): Stage => {
  const time = { clock: first };
  const { opening } = scenario;
  if (!opening) throw new Error(`${scenario.name} has no opening`);
  try {
    const sandbox = createSandbox({
      seed: 1,
      clock: { now: () => time.clock.now() },
      market: 'scripted',
      intervalMs: 4000,
      opening,
    });
    return { sandbox, time };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(`${scenario.name}: ${cause.message}.`);
  }
};

const scriptOf = ({ script }: Sandbox): Script => {
  if (!script) throw new Error('the sandbox of a scenario has a script');
  return script;
};

/** The file's keys over the defaults; throws a ConfigError. */
export const configured = ({ config = {}, duration_seconds: seconds }: Scenario): Configuration => {
  const { profile, ...rest } = config;
  return loadConfig({
    ...(profile === undefined ? {} : { profile: String(profile) }),
    env: {},
    set: [
      ...Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`),
      `engine.duration_seconds=${seconds}`,
    ],
  });
};

const whole = ({ xrp = '0', rlusd = '0' }: Amounts): Change => ({
  xrp,
  rlusd,
});

/** Each asset is a payment of its own, and is announced as that states it. */
const announcements = (amounts: Amounts): readonly OperatorInput[] => {
  const { drops, rlusd } = stated(parseChange(whole(amounts)));
  const of = (xrp: bigint, token: Decimal): OperatorInput => ({
    type: 'operator.capital',
    drops: String(xrp),
    rlusd: format(token),
    note: 'scenario',
  });
  return [...(drops === 0n ? [] : [of(drops, zero)]), ...(isZero(rlusd) ? [] : [of(0n, rlusd)])];
};

/** A UUID that follows from the scenario, so that its log is the same on every machine. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
};

export type Wallet = Readonly<{ drops: bigint; rlusd: string; offersLeft: number }>;

/** What the ledger itself says of the engine's account at the end. */
export const walletOf = ({ chain, address, issuer }: Sandbox, currency: string): Wallet => {
  const { state, header } = chain.latest();
  const line = state.line(address, issuer, currency);
  const balance = (line?.['Balance'] as { value: string } | undefined)?.value ?? '0';
  const low = (line?.['LowLimit'] as { issuer: string } | undefined)?.issuer;
  const live = state.owned(address).filter((entry) => {
    const expiration = entry['Expiration'];
    const expired = typeof expiration === 'number' && expiration <= header.close_time;
    return entry.LedgerEntryType === 'Offer' && !expired;
  });
  return {
    drops: BigInt(String(state.account(address)?.['Balance'] ?? '0')),
    rlusd: low === address ? balance : negated(balance),
    offersLeft: live.length,
  };
};

const negated = (value: string): string =>
  value.startsWith('-') ? value.slice(1) : value === '0' ? '0' : `-${value}`;
