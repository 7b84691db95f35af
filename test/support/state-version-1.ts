/** The first version of the state file, as it was shipped, empty: later versions must read it. */
export const STATE_VERSION_1 = `
  CREATE TABLE position (source TEXT PRIMARY KEY, position TEXT NOT NULL, committed_at TEXT NOT NULL) STRICT;
  CREATE TABLE error (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, sequence INTEGER NOT NULL, code TEXT NOT NULL, rule TEXT NOT NULL,
    kind TEXT NOT NULL, tag TEXT, study_uid TEXT, series_uid TEXT, sop_uid TEXT,
    message TEXT NOT NULL, outcome TEXT,
    attempts INTEGER NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    UNIQUE (source, sequence, code, rule)
  ) STRICT;
  PRAGMA application_id = 1145262932;
  PRAGMA user_version = 1;
`;
