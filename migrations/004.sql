-- The chapters of a session: some two thousand rows each, with what its lanes show of them and the fold as of their end, so that a long session is opened without reading it. neo rebuild makes them anew.

CREATE TABLE chapters (
  session_id INTEGER NOT NULL CHECK (session_id >= 1),
  first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  strip TEXT NOT NULL CHECK (json_valid(strip)),
  moment TEXT NOT NULL CHECK (json_valid(moment)),
  PRIMARY KEY (session_id, last_seq)
) STRICT;
