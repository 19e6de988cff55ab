/** The table `chapters`: what a page opens a long session with. */
import { apply, blank, momentText, stripText, type Chapter } from '../chapter.ts';
import type { Table } from './table.ts';

export const chapters: Table<Chapter> = {
  initial: blank,
  on: (before, { session, recorded }, say) => {
    const { chapter, ended } = apply(before, recorded);
    if (ended) {
      const { firstSeq, moment } = ended;
      say(chapterSql, session, firstSeq, moment.seq, stripText(ended), momentText(moment));
    }
    return chapter;
  },
};

const chapterSql = `
  INSERT OR REPLACE INTO chapters (session_id, first_seq, last_seq, strip, moment)
  VALUES (?, ?, ?, ?, ?)`;
