/** A session that could not go on because its log could not be written: why, and what it has left on the ledger. */
import { LogError } from '../../actors/log/failure.ts';
import { format } from '../../ledger/decimal.ts';
import { isoTime } from '../../ledger/time.ts';
import { atRisk } from '../../projections/at-risk.ts';
import type { SessionState } from '../../projections/session.ts';

/** Exit code 3, as after a protective halt: nothing more has left, and what stands dies by its Expiration. */
export class SessionBroken extends Error {
  override readonly name = 'SessionBroken';
  readonly exitCode = 3;
}

/** A failed log as a sentence for the operator; anything else as it is. `state` is what is durable. */
export const broken = (cause: unknown, { orders }: SessionState, now: number): unknown => {
  if (!(cause instanceof LogError)) return cause;
  const { rlusd, until } = atRisk(orders, now);
  const left =
    until === null
      ? 'no offer is known to stand'
      : `offers of ${format(rlusd)} RLUSD at most can trade until ${isoTime(until)}, when the last of them has expired`;
  return new SessionBroken(
    `The session has stopped, for nothing may be sent that the log does not hold: ${cause.message}. ${left[0]?.toUpperCase()}${left.slice(1)}; the next start settles them.`,
    { cause },
  );
};

/** The log of a session that had ended when that failed. */
export const lostAfterwards = (cause: LogError): SessionBroken =>
  new SessionBroken(`The session has ended, and its log cannot be relied on: ${cause.message}.`, {
    cause,
  });
