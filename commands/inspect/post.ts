/** What the page asks for, put into the inbox as the commands put it; what nobody could act on is refused in words. */
import { writeInbox } from '../../actors/inbox.ts';
import { LogError } from '../../actors/log/failure.ts';
import { findWriter } from '../../actors/log/lock.ts';
import type { Post } from '../../inspector/actions.ts';
import { awaited } from '../acknowledge.ts';
import { UsageError } from '../command.ts';

type Asked = Parameters<Post>[0];

export const postTo =
  (file: string): Post =>
  async (asked) => {
    try {
      await writeInbox(file, await whole(file, asked), Date.now());
      return undefined;
    } catch (error) {
      if (error instanceof UsageError || error instanceof LogError) return error.message;
      throw error;
    }
  };

/** The session's UUID is the log's to say: the page knows the local number. */
const whole = async (file: string, asked: Asked): Promise<Asked> => {
  if (asked.type === 'operator.stop' && (await findWriter(file)) === undefined) {
    throw new UsageError('No session runs: there is nothing to stop.');
  }
  if (asked.type !== 'operator.acknowledge') return asked;
  const { uuid } = await awaited(file, Number(asked['session']), Number(asked['seq']));
  return { ...asked, uuid };
};
