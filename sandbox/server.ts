/** The sandbox over WebSocket: text in, text out. Whatever a client sends or does not read, the others go on. */
import type { Node } from './protocol/node.ts';

export type Served = Readonly<{ url: string; port: number; close: () => Promise<void> }>;

export type ServeOptions = Readonly<{
  /** 0 takes any free one. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
}>;

/** Rejects with an Error that names the port and the cure where it is taken. */
export declare const serve: (node: Node, options: ServeOptions) => Promise<Served>;
