/** The table `chapters`: what a page opens a long session with. */
import { type Chapter, momentText, stripText } from '../chapter.ts';
import type { Say } from './table.ts';

/** Says a chapter that has ended. */
export const tellChapter = (session: number, ended: Chapter, say: Say): void => {
  const { firstSeq, moment } = ended;
  say(chapterSql, session, firstSeq, moment.seq, stripText(ended), momentText(moment));
};

const chapterSql = `
  INSERT OR REPLACE INTO chapters (session_id, first_seq, last_seq, strip, moment)
  VALUES (?, ?, ?, ?, ?)`;
