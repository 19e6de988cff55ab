/** What each result code asks for: one action a code, each with its source; what the table does not name goes by its class. */
import test from 'ava';
import { actionOn, isInOpenLedger, resultCodes } from '../ledger/result-code.ts';

test('every code stands once, says what it means, and where that is written', (t) => {
  t.true(resultCodes.length > 25);
  t.is(new Set(resultCodes.map(({ code }) => code)).size, resultCodes.length);
  for (const { code, means, source } of resultCodes) {
    t.regex(code, /^te[cflmrs][A-Z_]+$/);
    t.true(means.length > 10 && /rippled|xrpl\.org/.test(source), code);
  }
});

test('only a tem is final by a server’s word; a tec or tes decides once it is validated', (t) => {
  for (const { code, answered, validated } of resultCodes) {
    if (answered === 'final') t.true(code.startsWith('tem'), code);
    const inLedger = code.startsWith('tec') || code.startsWith('tes');
    t.is(validated !== null, inLedger, code);
    if (inLedger) t.is(answered, 'wait', code);
    if (code.startsWith('tec')) t.is(validated, 'replan', code);
  }
});

test('every code an offer engine meets has its action', (t) => {
  const expected: Readonly<Record<string, string>> = {
    tesSUCCESS: 'wait',
    tecUNFUNDED_OFFER: 'wait',
    tecNO_TARGET: 'wait',
    telINSUF_FEE_P: 'elsewhere',
    telCAN_NOT_QUEUE_FULL: 'elsewhere',
    terQUEUED: 'wait',
    terPRE_SEQ: 'wait',
    tefPAST_SEQ: 'wait',
    tefMAX_LEDGER: 'wait',
    temBAD_SEQUENCE: 'elsewhere',
    temMALFORMED: 'final',
    temBAD_OFFER: 'final',
    telSOMETHING_NEW: 'elsewhere',
    terSOMETHING_NEW: 'wait',
    tefSOMETHING_NEW: 'wait',
    gibberish: 'wait',
  };
  for (const [code, action] of Object.entries(expected))
    t.is<string, string>(actionOn(code), action, code);
  t.is(actionOn(null), 'elsewhere');
});

test('an open ledger holds what succeeded or claimed a fee, nothing else', (t) => {
  t.deepEqual(
    ['tesSUCCESS', 'tecKILLED', 'terQUEUED', 'tefPAST_SEQ', 'telINSUF_FEE_P', null].map(
      isInOpenLedger,
    ),
    [true, true, false, false, false, false],
  );
});
