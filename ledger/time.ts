/** The ledger's clock: whole seconds since 2000-01-01T00:00:00Z. */

const epochOffsetMs = 946_684_800_000;

/** Unix milliseconds of a ledger time in seconds. */
export const unixMs = (ledgerSeconds: number): number => ledgerSeconds * 1000 + epochOffsetMs;

/** The ledger second that a Unix instant in milliseconds lies in. */
export const ledgerSeconds = (unixMilliseconds: number): number =>
  Math.floor((unixMilliseconds - epochOffsetMs) / 1000);
