-- The append-only log, what it is bound to, and how far the read models have followed it.

CREATE TABLE migration (
  number INTEGER NOT NULL PRIMARY KEY CHECK (number >= 1),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE binding (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  network TEXT NOT NULL CHECK (network <> ''),
  account TEXT NOT NULL CHECK (account <> '')
) STRICT;

CREATE TABLE event (
  session INTEGER NOT NULL CHECK (session >= 1),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  turn INTEGER NOT NULL CHECK (turn BETWEEN 1 AND seq),
  at INTEGER NOT NULL CHECK (at >= 0),
  kind TEXT NOT NULL CHECK (kind IN ('input', 'decision')),
  actor TEXT NOT NULL CHECK (actor <> ''),
  type TEXT NOT NULL CHECK (type <> ''),
  v INTEGER NOT NULL CHECK (v >= 1),
  cause INTEGER NOT NULL CHECK (cause >= 0 AND cause < seq),
  data TEXT NOT NULL CHECK (json_valid(data) AND substr(data, 1, 1) = '{'),
  hash TEXT NOT NULL CHECK (length(unhex(hash)) = 32 AND hash = lower(hash)),
  PRIMARY KEY (session, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: an event is never updated');
END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted');
END;

CREATE TRIGGER binding_is_never_updated BEFORE UPDATE ON binding
BEGIN
  SELECT RAISE(ABORT, 'a log keeps the network and account it was made for');
END;

CREATE TRIGGER binding_is_never_deleted BEFORE DELETE ON binding
BEGIN
  SELECT RAISE(ABORT, 'a log keeps the network and account it was made for');
END;

CREATE TABLE projection_progress (
  session INTEGER NOT NULL PRIMARY KEY CHECK (session >= 1),
  seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT;
