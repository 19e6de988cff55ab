/**
 * What a result code means to somebody who sent an offer: whether it is final, worth waiting for, worth sending once more,
 * or a reason to decide anew. A code from a server is a hint; the same code in a validated ledger is the fact.
 */

/**
 * `final`: it can never be applied. `wait`: the ledger decides until LastLedgerSequence, and the hash after it.
 * `elsewhere`: this server did not take it; the same blob may go again, to this server later or to another.
 * `replan`: fee and Sequence are used and nothing else is done, so what rested still rests; decide anew.
 */
export type Action = 'final' | 'wait' | 'elsewhere' | 'replan';

export type ResultCode = Readonly<{
  code: string;
  /** On a server's first answer. */
  answered: Action;
  /** In a validated ledger; null where it cannot stand in one. */
  validated: 'applied' | 'replan' | null;
  means: string;
  source: string;
}>;

const finality = 'xrpl.org finality of results';
const queue = 'xrpl.org transaction queue; rippled TxQ.cpp';
const create = 'rippled OfferCreate.cpp; xrpl.org OfferCreate';
const claimed = 'rippled Transactor.cpp, a tec keeps nothing but the fee';
const preclaim = 'rippled Transactor.cpp checkSeqProxy, checkPriorTxAndLastLedger';

type Row = readonly [
  code: string,
  answered: Action,
  validated: ResultCode['validated'],
  means: string,
  source: string,
];

const rows: readonly Row[] = [
  ['tesSUCCESS', 'wait', 'applied', 'applied; what was applied is in the metadata', finality],

  ['tecUNFUNDED_OFFER', 'wait', 'replan', 'nothing of what is given can be spent', create],
  [
    'tecINSUF_RESERVE_OFFER',
    'wait',
    'replan',
    'no reserve for one more object, and nothing crossed',
    create,
  ],
  ['tecKILLED', 'wait', 'replan', 'a fill or kill that could not be, or nothing moved', create],
  [
    'tecEXPIRED',
    'wait',
    'replan',
    'Expiration is not after the parent ledger’s close time',
    create,
  ],
  ['tecFROZEN', 'wait', 'replan', 'the issuer has frozen the line or everything', create],
  ['tecNO_LINE', 'wait', 'replan', 'no trust line where the issuer demands one', create],
  ['tecNO_AUTH', 'wait', 'replan', 'the issuer has not authorised the line', create],
  ['tecNO_ISSUER', 'wait', 'replan', 'there is no such issuer', create],
  ['tecOVERSIZE', 'wait', 'replan', 'the metadata would be too large', claimed],
  ['tecDIR_FULL', 'wait', 'replan', 'the owner’s directory is full', create],
  ['tecINSUFF_FEE', 'wait', 'replan', 'the balance does not pay the fee', claimed],
  [
    'tecNO_TARGET',
    'wait',
    'replan',
    'no such object; offers never give it, and if one does, nothing was removed',
    'rippled OfferCancel.cpp',
  ],

  ['telINSUF_FEE_P', 'elsewhere', null, 'this server’s load asks for a higher fee', finality],
  ['telCAN_NOT_QUEUE', 'elsewhere', null, 'this server cannot queue it', queue],
  ['telCAN_NOT_QUEUE_BALANCE', 'elsewhere', null, 'the balance does not pay all queued', queue],
  [
    'telCAN_NOT_QUEUE_BLOCKED',
    'elsewhere',
    null,
    'a queued transaction blocks those after it',
    queue,
  ],
  ['telCAN_NOT_QUEUE_BLOCKS', 'elsewhere', null, 'it would block what is queued', queue],
  ['telCAN_NOT_QUEUE_FEE', 'elsewhere', null, 'too little to replace the one queued', queue],
  ['telCAN_NOT_QUEUE_FULL', 'elsewhere', null, 'ten of the account are queued already', queue],

  ['terQUEUED', 'wait', null, 'waits in the queue for a cheaper ledger', queue],
  ['terPRE_SEQ', 'wait', null, 'held until the Sequence before it is used', preclaim],
  ['terPRE_TICKET', 'wait', null, 'held until its ticket is there', preclaim],
  ['terRETRY', 'wait', null, 'could not be applied yet', finality],
  ['terINSUF_FEE_B', 'wait', null, 'the balance does not pay the fee yet', finality],

  ['tefPAST_SEQ', 'wait', null, 'its Sequence is used, perhaps by itself', preclaim],
  ['tefALREADY', 'wait', null, 'this very transaction is in the ledger', preclaim],
  ['tefMAX_LEDGER', 'wait', null, 'LastLedgerSequence is over; it may be in before', preclaim],
  ['tefNO_TICKET', 'wait', null, 'its ticket is used, perhaps by itself', preclaim],

  [
    'temBAD_SEQUENCE',
    'elsewhere',
    null,
    'the offer named is not older than the account in that server’s view: its create is not known there',
    'rippled OfferCancel.cpp, OfferCreate.cpp preclaim',
  ],
];

const table: ReadonlyMap<string, ResultCode> = new Map(
  rows.map(([code, answered, validated, means, source]) => [
    code,
    { code, answered, validated, means, source },
  ]),
);

export const resultCodes: readonly ResultCode[] = [...table.values()];

/** A code that the table does not name is judged by its class; an unknown class is waited for. */
const byClass: ReadonlyMap<string, Action> = new Map([
  ['tel', 'elsewhere'],
  ['tem', 'final'],
]);

/** What a server's answer asks for. No answer at all (null) is as good as a server that did not take it. */
export const actionOn = (answer: string | null): Action => {
  if (answer === null) return 'elsewhere';
  return table.get(answer)?.answered ?? byClass.get(answer.slice(0, 3)) ?? 'wait';
};

/** The server has put it into its open ledger: the next ledger that closes very probably has it. */
export const isInOpenLedger = (answer: string | null): boolean =>
  answer !== null && (answer === 'tesSUCCESS' || answer.startsWith('tec'));
