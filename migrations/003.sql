-- Which sessions were brought in from another log: no start goes on from one of them.

CREATE TABLE imported (
  session INTEGER NOT NULL PRIMARY KEY CHECK (session >= 1),
  at INTEGER NOT NULL CHECK (at >= 0)
) STRICT;

CREATE TRIGGER imported_is_never_updated BEFORE UPDATE ON imported
BEGIN
  SELECT RAISE(ABORT, 'where a session came from does not change');
END;

CREATE TRIGGER imported_is_never_deleted BEFORE DELETE ON imported
BEGIN
  SELECT RAISE(ABORT, 'where a session came from does not change');
END;
