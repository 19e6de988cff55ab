/** A process that runs `neo sandbox` with the words it is given. */
import { sandboxCommand } from '../../commands/sandbox.ts';

process.exitCode = await sandboxCommand.run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
