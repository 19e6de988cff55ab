/** The report of a session beside its database when it ends. Its failure is said, and stops nothing. */
import type { ProcessLog } from '../process-log.ts';
import { writeReport } from '../report.ts';

/** Its file; undefined where it could not be made. */
export const keepReport = async (
  database: string,
  session: number,
  said: ProcessLog,
): Promise<string | undefined> => {
  try {
    const { file, damage } = await writeReport(database, session);
    if (damage === null) said.info({ file }, 'report');
    else said.warn({ file, cause: damage }, 'the report ends where the log is damaged');
    return file;
  } catch (cause) {
    said.warn({ cause: cause instanceof Error ? cause.message : String(cause) }, 'no report');
    return undefined;
  }
};
