/** The two doors to the embedded ledger that the recordings are played through: in process, and `neo sandbox` as a program behind a socket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { WebSocket } from 'ws';
import { unixMs } from '../../ledger/time.ts';
import type { Genesis } from '../../sandbox/chain.ts';
import { createChain } from '../../sandbox/chain/create.ts';
import { createHost } from '../../sandbox/host.ts';
import { nobody } from '../../sandbox/traders/market.ts';
import type { Json } from './recording.ts';

export type Connection = Readonly<{
  ask: (request: Json | string) => Promise<Json>;
  /** Everything that has arrived since it was last asked, answers included, in order. */
  arrived: () => Promise<readonly Json[]>;
  close: () => void;
}>;

export type Door = Readonly<{
  /** Starts anew. In process a pool gets the account it was recorded with; from outside it cannot. */
  reset: (start: Genesis, pools: readonly string[]) => Promise<void>;
  connect: () => Promise<Connection>;
  accept: (closeTime: number) => Promise<void>;
  end: () => void;
}>;

export const insideDoor = (): Door => {
  let host: ReturnType<typeof createHost> | undefined;
  return {
    reset: async (start, pools) => {
      await null;
      const given = new Map<string, string>();
      const chain = createChain(start, (pool) => {
        const account = given.get(pool) ?? pools[given.size % pools.length] ?? '';
        given.set(pool, account);
        return account;
      });
      const clock = { now: () => unixMs(chain.latest().header.close_time) };
      host = createHost({ chain, clock, market: nobody, manual: true });
    },
    connect: async () => {
      await null;
      let messages: Json[] = [];
      const session = host?.node.connect((message) => messages.push(message));
      if (!session) throw new Error('reset the door first');
      return {
        ask: async (request) => {
          await null;
          const answer =
            typeof request === 'string' ? session.answerText(request) : session.answer(request);
          messages.push(answer);
          return answer;
        },
        arrived: async () => {
          await null;
          const all = messages;
          messages = [];
          return all;
        },
        close: session.close,
      };
    },
    accept: async (closeTime) => {
      await null;
      host?.closeLedger(closeTime);
    },
    end: () => undefined,
  };
};

const main = path.resolve(import.meta.dirname, '../../main.js');
const asProgram = ['sandbox', '--port', '0', '--close', 'manual', '--market', 'off', '--json'];

/** `url` names a server that listens already; otherwise one is started, and ended with the door. */
export const socketDoor = async (url?: string): Promise<Door> => {
  const child = url === undefined ? spawn(process.execPath, [main, ...asProgram]) : undefined;
  const address = url ?? (await addressOf(child as ChildProcess));
  const own = await opened(address);
  const asked = async (request: Json): Promise<void> => {
    const answer = await own.ask(request);
    if (answer['status'] !== 'success') throw new Error(JSON.stringify(answer));
  };
  return {
    reset: async ({ ledger_index, close_time, parent_close_time, ...purse }) => {
      const { genesis_balance, genesis_sequence, total_coins } = purse;
      const at = { ledger_index, close_time, parent_close_time };
      const genesis = { genesis_balance, genesis_sequence, total_coins };
      await asked({ command: 'sandbox_reset', ...at, ...genesis });
    },
    connect: () => opened(address),
    accept: (closeTime) => asked({ command: 'ledger_accept', close_time: closeTime }),
    end: () => {
      own.close();
      child?.kill('SIGINT');
    },
  };
};

const addressOf = async ({ stdout }: ChildProcess): Promise<string> => {
  if (!stdout) throw new Error('the sandbox has no output');
  const [line] = (await once(stdout, 'data')) as [Buffer];
  return (JSON.parse(line.toString('utf8')) as { url: string }).url;
};

const lastOfAll = { id: 'the last of all', command: 'ping' };

const opened = async (url: string): Promise<Connection> => {
  const socket = new WebSocket(url, { maxPayload: 0 });
  let messages: Json[] = [];
  let answered: ((answer: Json) => void) | undefined;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Json;
    messages.push(message);
    if (message['type'] !== 'response' && message['type'] !== 'error') return;
    answered?.(message);
  });
  await once(socket, 'open');
  const ask = (request: Json | string): Promise<Json> =>
    new Promise((resolve) => {
      answered = resolve;
      socket.send(typeof request === 'string' ? request : JSON.stringify(request));
    });
  return {
    ask,
    arrived: async () => {
      await ask(lastOfAll);
      const all = messages.filter(({ id }) => id !== lastOfAll.id);
      messages = [];
      return all;
    },
    close: () => socket.terminate(),
  };
};
