/** What others have written moves no cursor of an operator's terminal, and hides nothing on it. */
import test from 'ava';
import fc from 'fast-check';
import { clearLine, printable } from '../commands/printable.ts';

test('control characters and turned writing are shown by their number', (t) => {
  t.is(
    printable('a\u001B]0;title\u0007 \rover\u202E\u009B2J'),
    'a\\u001b]0;title\\u0007 \\u000dover\\u202e\\u009b2J',
  );
  t.is(printable('two\n\tlines, “quoted”, 20 µs · 日本'), 'two\n\tlines, “quoted”, 20 µs · 日本');
});

test('the program begins a line of its own anew, and nobody else one in the middle', (t) => {
  t.is(printable(`${clearLine}here`), `${clearLine}here`);
  t.is(printable(`a${clearLine}b`), 'a\\u000d\\u001b[2Kb');
});

test('a JSON document means the same afterwards', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (note) => {
      const text = printable(JSON.stringify({ note }));
      t.deepEqual(JSON.parse(text), { note });
    }),
  );
});
