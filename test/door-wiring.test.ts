/** Proof of wiring: each key of the configuration, given another value, changes what can be seen from outside. */
import test from 'ava';
import { table } from '../config.ts';
import { proofs, type Proof } from './wiring/proof.ts';

const unchanged = new Map<string, Promise<string>>();

/** What is seen under the same settings is seen once. */
const base = ({ outcome, given }: Proof): Promise<string> => {
  const key = `${outcomes.indexOf(outcome)} ${given.join(' ')}`;
  const known = unchanged.get(key) ?? seen(outcome, given);
  unchanged.set(key, known);
  return known;
};
const outcomes = Object.values(proofs).map(({ outcome }) => outcome);

const seen = async (outcome: Proof['outcome'], set: readonly string[]): Promise<string> => {
  try {
    return await outcome(set);
  } catch (error) {
    return `refused: ${String(error)}`;
  }
};

for (const key of table.keys()) {
  test.serial(`${key} changes what is seen`, async (t) => {
    const proof = proofs[key];
    if (!proof) return t.fail(`no proof that ${key} does anything: give it one in wiring/proof.ts`);
    const { outcome, given, value } = proof;
    const paired =
      key === 'engine.tick_interval_seconds' ? [`strategy.requote_interval_seconds=${value}`] : [];
    const [before, after] = await Promise.all([
      base(proof),
      seen(outcome, [...given, ...paired, `${key}=${value}`]),
    ]);
    t.not(after, before);
    t.notRegex(before, /^refused/);
    return undefined;
  });
}

test('a proof names a key that there is', (t) => {
  for (const key of Object.keys(proofs)) t.true(table.has(key), key);
});

test('a value that is the default changes nothing: the proof can fail', async (t) => {
  const { outcome, given } = proofs['strategy.bid_offset_bps'] as Proof;
  t.is(await seen(outcome, [...given, 'strategy.bid_offset_bps=10']), await seen(outcome, given));
});
