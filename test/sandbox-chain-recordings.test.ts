/** Some recorded cases of a real server, so that a difference is seen at once; all of them: `npm run conformance`. */
import test from 'ava';
import { playCase } from './conformance/play.ts';
import { casesOf, recordingsFolder } from './conformance/recording.ts';
import { aspects, tally } from './conformance/tally.ts';

const folder = recordingsFolder();
const asked: Readonly<Record<string, ReadonlySet<string>>> = {
  book: new Set(['cross-taker-rest', 'self-cross', 'ticksize', 'transfer-rate', 'tickets']),
  amm: new Set(['mixed-levels', 'own-offer-at-tip', 'withdraw']),
  error: new Set(['sequence', 'killed-expired-unfunded', 'signatures']),
};
const casesEach = 2;

for (const [kind, subs] of Object.entries(asked)) {
  const run = folder === undefined ? test.skip : test;
  run(`the ledger answers as recorded: ${kind} (needs the shared recordings, NEO_SHARED)`, (t) => {
    const noted = tally();
    const played = new Map<string, number>();
    for (const one of casesOf(folder ?? '', kind)) {
      const before = played.get(one.sub) ?? 0;
      if (!subs.has(one.sub) || before >= casesEach) continue;
      played.set(one.sub, before + 1);
      playCase(one, noted);
    }
    t.is(played.size, subs.size);
    for (const aspect of aspects) t.is(noted.share(aspect), 1, noted.report(5));
  });
}

test('a value that differs is counted as one', (t) => {
  const noted = tally();
  noted.note('result', 'book/cancel', 'here', []);
  noted.note('result', 'book/cancel', 'there', ['recorded a, here b']);
  t.is(noted.share('result'), 0.5);
  t.regex(noted.report(1), /result there\n {4}recorded a, here b/);
});
