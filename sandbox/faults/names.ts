/** What can go wrong in a sandbox by request: a closed list, what each does, and for how long those last that have an end. */

type Nature = Readonly<{
  does: string;
  /** It holds for a time drawn from this range. Without, it happens once, at the next occasion. */
  seconds?: readonly [least: number, most: number];
  /** It happens once, to whoever is connected when it strikes. */
  atOnce?: true;
}>;

const natures = {
  socket_dropped: { does: 'every connection closes', atOnce: true },
  socket_half_open: {
    does: 'connections stay open and nothing passes either way; then they close',
    seconds: [5, 40],
  },
  answer_lost: { does: 'a request is carried out and its answer never arrives' },
  answer_late: { does: 'an answer arrives 1 to 15 seconds late' },
  answer_duplicated: { does: 'an answer arrives twice' },
  message_lost: { does: 'a stream message never arrives' },
  message_late: { does: 'a stream message arrives 1 to 15 seconds late, behind what followed it' },
  message_duplicated: { does: 'a stream message arrives twice' },
  slow_down: { does: 'a request is refused with slowDown' },
  tef_past_seq: {
    does: 'a submission has reached the server before: it is applied, and the answer is tefPAST_SEQ',
  },
  tel_insuf_fee_p: { does: 'the server is loaded and refuses a submission with telINSUF_FEE_P' },
  ter_queued: { does: 'the open ledger is full: a submission waits in the queue, terQUEUED' },
  fee_escalation: {
    does: 'the open ledger asks for hundreds of times the usual fee',
    seconds: [10, 60],
  },
  ledger_stalled: { does: 'no ledger closes', seconds: [5, 45] },
  ledgers_gap: {
    does: 'some of the last ledgers are missing from complete_ledgers and cannot be asked about',
    seconds: [10, 90],
  },
  amendment_blocked: {
    does: 'the server says that it is amendment blocked and takes no submissions',
    seconds: [10, 90],
  },
  clock_skew: { does: 'ledgers close with times 2 to 25 seconds ahead', seconds: [20, 120] },
  freeze: {
    does: 'the issuer freezes the wallet’s line, deep freezes it, or freezes everybody',
    seconds: [10, 120],
  },
  clawback: { does: 'the issuer takes back 1 to 20 % of the wallet’s tokens' },
  transfer_rate: { does: 'the issuer asks for a transfer fee of 0.1 to 1 %', seconds: [20, 180] },
} as const satisfies Readonly<Record<string, Nature>>;

export type FaultName = keyof typeof natures;

export const faultNames = Object.keys(natures) as readonly FaultName[];

export const natureOf = (name: FaultName): Nature => natures[name];

/** What the issuer of the wallet's tokens does; where there is no market there is none. */
export const issuerFaults: ReadonlySet<FaultName> = new Set([
  'freeze',
  'clawback',
  'transfer_rate',
]);

/** "all", "none", or names with commas between. Throws a RangeError naming what is unknown. */
export const parseFaults = (text: string): readonly FaultName[] => {
  if (text === 'all') return faultNames;
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(natures, name));
  if (unknown === undefined) return faultNames.filter((name) => names.includes(name));
  throw new RangeError(`no fault "${unknown}": choose all, none, or of ${faultNames.join(', ')}`);
};
