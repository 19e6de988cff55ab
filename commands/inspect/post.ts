/** What the page asks for, put into the inbox as the commands put it and answered in their words; what nobody could act on is refused. */
import { LogError } from '../../actors/log/failure.ts';
import { findWriter } from '../../actors/log/lock.ts';
import type { Post } from '../../inspector/actions.ts';
import { awaited, subjectOf } from '../acknowledge.ts';
import { acknowledgeCameTo, clearCameTo, killCameTo, stopCameTo } from '../came-to.ts';
import { UsageError } from '../command.ts';
import { newest, send } from '../message.ts';

type Asked = Parameters<Post>[0];

export const postTo =
  (file: string, isThere: () => Promise<boolean>): Post =>
  async (asked) => {
    try {
      if (!(await isThere())) throw new UsageError(anotherLog(file));
      return { said: await sent(file, asked) };
    } catch (error) {
      if (error instanceof UsageError || error instanceof LogError)
        return { refused: error.message };
      throw error;
    }
  };

/** Whatever stands under its name now was not what the page showed. */
const anotherLog = (file: string): string =>
  `${file} was deleted, moved or replaced since this page shows it: nothing was asked for. Start neo inspect again to see what is there now.`;

const sent = async (file: string, asked: Asked): Promise<string> => {
  switch (asked.type) {
    case 'operator.stop': {
      if ((await findWriter(file)) === undefined)
        throw new UsageError('No session runs: there is nothing to stop.');
      const { session, ended } = await newest(file);
      await send(file, [asked]);
      return stopCameTo(file, session, ended);
    }
    case 'operator.acknowledge': {
      const [session, seq] = [Number(asked['session']), Number(asked['seq'])];
      /** The session's UUID is the log's to say: the page knows the local number. */
      const { uuid, type } = await awaited(file, session, seq);
      const runs = await send(file, [{ ...asked, uuid }]);
      return acknowledgeCameTo(subjectOf(session, seq, type), runs);
    }
    case 'operator.clear':
      return clearCameTo(file, await send(file, [asked]));
    default:
      return killCameTo(file, await send(file, [asked]));
  }
};
