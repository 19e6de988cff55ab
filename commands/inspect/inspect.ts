/** `neo inspect`: the page over a log, while an engine writes it or after its end. It writes nothing but operators' requests. */
import { loadConfig } from '../../config.ts';
import { command, databaseDefault, UsageError } from '../command.ts';
import { portOf } from './port.ts';
import { serve } from './serve.ts';

const help = `neo inspect [--port P] [--db F]

  Serves the page over all sessions of a database: live while a session runs, to be looked through afterwards. The address
  holds a token; who opens the page without it can look, and ask for nothing. Ctrl-C ends it.

  --port P  the port (default inspector.port, and the next free one where that is taken)
  --db F    the database (default ${databaseDefault})
  --json    the address as one JSON document
`;

export const inspectCommand = command(
  help,
  { port: { type: 'string' } },
  async ({ values, positionals, database: file }, { env, out }) => {
    if (positionals[0] !== undefined) {
      throw new UsageError(`neo inspect takes no "${positionals[0]}"; --help shows what there is.`);
    }
    const { inspector } = loadConfig({ env, set: [] }).effective;
    const port = values.port === undefined ? inspector.port : portOf('--port', values.port);
    const served = await serve(file, {
      host: inspector.host,
      port,
      exactPort: values.port !== undefined,
    });
    out(values.json ? `${JSON.stringify({ url: served.url })}\n` : `page ${served.url}\n`);
    await interrupted();
    await served.close();
    return 0;
  },
);

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(name, () => resolve());
  });
