/** Answers that come in pages: all of them, and an end even where the server would turn for ever. */
import { ServerError, type Json } from '../../ledger/transport.ts';
import type { Command } from './endpoint.ts';

/** 400 entries a page: more than any account has in a gap that is worth filling. */
const pagesMost = 1_000;

export async function* pages(
  request: (command: Command) => Promise<Json>,
  command: Command,
): AsyncGenerator<Json> {
  let marker: unknown;
  for (let page = 0; page < pagesMost; page += 1) {
    const answer = await request(marker === undefined ? command : { ...command, marker });
    yield answer;
    const { marker: next } = answer;
    if (next === undefined || next === null) return;
    if (JSON.stringify(next) === JSON.stringify(marker)) break;
    marker = next;
  }
  throw new ServerError('malformedAnswer', `${command.command} never comes to an end`);
}
