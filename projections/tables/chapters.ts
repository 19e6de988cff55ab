/** The table `chapters`: what a page opens a long session with. */
import { momentText, stripText } from '../chapter.ts';
import type { Table } from './table.ts';

export const chapters: Table<null> = {
  initial: null,
  on: (state, { session, ended }, say) => {
    if (!ended) return state;
    const { firstSeq, moment } = ended;
    say(chapterSql, session, firstSeq, moment.seq, stripText(ended), momentText(moment));
    return state;
  },
};

const chapterSql = `
  INSERT OR REPLACE INTO chapters (session_id, first_seq, last_seq, strip, moment)
  VALUES (?, ?, ?, ?, ?)`;
