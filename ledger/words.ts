/** Words of others (servers, operators) as they may stand in the log and go to programs. */

/** Without control characters: a space for each run of them. */
export const oneLine = (words: string): string => words.replaceAll(/\p{Cc}+/gu, ' ');
