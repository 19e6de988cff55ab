/** What an operator's request came to, in one sentence: the same at the command line and on the page. */
import { resolve } from 'node:path';

/** `runs`: a session runs on the database, and takes it at once. */
export const killCameTo = (file: string, runs: boolean): string =>
  runs
    ? `The kill switch is latched: the session that runs on ${resolve(file)} halts.`
    : `No session runs on ${resolve(file)}: the kill switch waits for the next start, which halts on it unless neo kill --clear comes first.`;

export const clearCameTo = (file: string, runs: boolean): string =>
  runs
    ? `The kill switch of ${resolve(file)} is cleared, as the session that runs there will record.`
    : `No session runs on ${resolve(file)}: the clearing waits for the next start, which records it and finds no kill switch latched.`;

/** `ended`: the session had said that it is over. */
export const stopCameTo = (file: string, session: number, ended: boolean): string =>
  ended
    ? `Session ${session} on ${resolve(file)} has ended; one that is starting at this moment is asked to stop.`
    : `Session ${session} on ${resolve(file)} was asked to stop.`;

/** `subject`: which event. */
export const acknowledgeCameTo = (subject: string, runs: boolean): string =>
  runs
    ? `The running session takes the acknowledgement of ${subject}.`
    : `No session runs: the acknowledgement of ${subject} waits for the next start, which takes it before its checks.`;
