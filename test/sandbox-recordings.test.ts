/** The kept part of what a real server answered: a fresh clone proves that the embedded ledger answers the same, in process and over a socket. */
import test from 'ava';
import { insideDoor, socketDoor, type Door } from './conformance/door.ts';
import { playCase } from './conformance/play.ts';
import { casesOf, keptFolder, type Transcript } from './conformance/recording.ts';
import { isLeftOut } from './conformance/stream.ts';
import { aspects, required, tally, type Aspect, type Tally } from './conformance/tally.ts';
import { playTranscript } from './conformance/transcript.ts';

/** The first case of each sub, of so many subs; `npm run conformance` plays all. */
const play = async (kind: string, door: Door, noted: Tally, most = 1000): Promise<number> => {
  let played = 0;
  const subs = new Set<string>();
  for (const one of casesOf(keptFolder, kind)) {
    if (played >= most) break;
    if (isLeftOut(one.id) || subs.has(one.sub)) continue;
    subs.add(one.sub);
    if (kind === 'protocol') await playTranscript(one as Transcript, door, noted);
    else await playCase(one, door, noted);
    played += 1;
  }
  return played;
};

const always = ['submit', 'result', 'balances', 'offers', 'books', 'metadata', 'order'] as const;
const compared: Readonly<Record<string, readonly Aspect[]>> = {
  book: always,
  amm: [...always, 'amm'],
  error: always,
  session: [...always, 'amm', 'stream', 'protocol'],
};

for (const [kind, names] of Object.entries(compared)) {
  test(`${kind}: every value is the recorded one`, async (t) => {
    const noted = tally();
    t.true((await play(kind, insideDoor(), noted)) > 0);
    for (const aspect of aspects) {
      t.is(noted.count(aspect) > 0, names.includes(aspect), aspect);
      t.is(noted.share(aspect), 1, noted.report(5));
    }
  });
}

test('protocol: answers and stream messages are the recorded ones, in their order', async (t) => {
  const noted = tally();
  t.true((await play('protocol', insideDoor(), noted)) > 15);
  for (const aspect of ['stream', 'protocol'] as const) {
    t.true(noted.count(aspect) > 80);
    // Its tables of definitions have a hash that follows from its build, and it lets nobody close ledgers.
    t.true(noted.share(aspect) >= (aspect === 'stream' ? 1 : 0.985), noted.report(10));
  }
});

test('from outside, through a socket, it is the same program', async (t) => {
  const door = await socketDoor();
  const noted = tally();
  for (const kind of ['book', 'amm', 'error', 'protocol']) await play(kind, door, noted, 3);
  door.end();
  for (const aspect of aspects) t.true(noted.share(aspect) >= required[aspect], noted.report(10));
});

test('a value that differs is counted as one', (t) => {
  const noted = tally();
  noted.note('result', 'book/cancel', 'here', []);
  noted.note('result', 'book/cancel', 'there', ['recorded a, here b']);
  t.is(noted.share('result'), 0.5);
  t.regex(noted.report(1), /result there\n {4}recorded a, here b/);
});
