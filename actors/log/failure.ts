/** Why the log cannot be opened, read or written: one sentence that names the cure, and the exit code that goes with it. */
export class LogError extends Error {
  override readonly name = 'LogError';
  /** 1: it is damaged. 2: nothing of that name. 4: it is there and cannot be used. */
  readonly exitCode: 1 | 2 | 4;
  constructor(exitCode: 1 | 2 | 4, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** SQLite's or the system's short code (`SQLITE_FULL`, `EACCES`) of whatever was thrown. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Where a log is damaged, how, and the cure. */
export const damageText = (file: string, session: number, seq: number, fault: string): string =>
  `event ${seq} of session ${session} is damaged: ${fault}; restore ${file} from ${file}.backups/`;
