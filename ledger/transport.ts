/**
 * The one way to a server: requests, the messages a server sends unasked, and whether the connection stands. Two
 * implementations carry the same JSON: xrpl.js over WebSocket, and the embedded ledger in process.
 */
import type { Observable } from 'rxjs';
import { oneLine } from './words.ts';

/** A JSON object as it is on the wire. Readers never change one. */
export type Json = Readonly<Record<string, unknown>>;

export type Connection = Readonly<
  { up: true; endpoint: string } | { up: false; endpoint: string; why: string; code?: number }
>;

export type Transport = Readonly<{
  /** Opens the connection. Rejects with a TransportError naming the endpoint if it cannot be had. */
  connect: () => Promise<void>;
  /** Sends one command and resolves with the `result` object. Rejects with a ServerError (an answer) or a TransportError (none came). */
  request: (command: Json & { readonly command: string }) => Promise<Json>;
  /**
   * Stream messages (`ledgerClosed`, `transaction`, …), in order of arrival; and `{ type: 'warning', warning }` where an
   * answer carried a warning of load.
   */
  messages: Observable<Json>;
  /** Every change of the connection. `code` is the WebSocket's close code where there is one. */
  connection: Observable<Connection>;
  /** Closes the connection if there is one; `connect` may be called again. */
  close: () => Promise<void>;
}>;

/** More of a server's words says nothing. */
const wordsMost = 300;

/** The server answered, with an error: its code (`actNotFound`, `slowDown`) and its words, of which so much is kept as a line holds. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: string;
  /** On txnNotFound: the server has every ledger of the range that was asked for. */
  readonly searchedAll: boolean;
  constructor(code: string, message: string, searchedAll = false) {
    super(oneLine(message).slice(0, wordsMost));
    this.code = oneLine(code).slice(0, wordsMost);
    this.searchedAll = searchedAll;
  }
}

/** No answer came: closed, refused, or past the time allowed. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}
