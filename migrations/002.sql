-- The read models: folds of the log under the names that analysts query; neo rebuild drops them and makes them anew.

CREATE TABLE sessions (
  session_id INTEGER NOT NULL PRIMARY KEY CHECK (session_id >= 1),
  parent_session_id INTEGER,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  starting_xrp TEXT,
  starting_rlusd TEXT,
  starting_value TEXT,
  ending_xrp TEXT,
  ending_rlusd TEXT,
  ending_value TEXT,
  halt_reason TEXT,
  network TEXT NOT NULL CHECK (network IN ('sandbox', 'paper', 'live'))
) STRICT;

CREATE TABLE engine_state (
  key TEXT NOT NULL PRIMARY KEY CHECK (key <> ''),
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
  session_id INTEGER NOT NULL CHECK (session_id >= 1),
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN (
    'SUBMITTED', 'ACTIVE', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'FAILED', 'UNKNOWN'
  )),
  created_at TEXT NOT NULL,
  submit_tx_hash TEXT,
  offer_sequence INTEGER,
  cancel_tx_hash TEXT,
  failure_reason TEXT,
  cancelled_at TEXT,
  cancel_reason TEXT
) STRICT;

CREATE INDEX orders_by_session ON orders (session_id);

CREATE TABLE fills (
  id INTEGER NOT NULL PRIMARY KEY,
  order_id TEXT,
  session_id INTEGER NOT NULL CHECK (session_id >= 1),
  created_at TEXT NOT NULL,
  price TEXT NOT NULL,
  quantity TEXT NOT NULL,
  rlusd TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  mid_price_at_fill TEXT,
  realized_spread_bps REAL,
  realized_spread_pnl_rlusd TEXT,
  tx_hash TEXT NOT NULL,
  ledger_index INTEGER NOT NULL
) STRICT;

CREATE INDEX fills_by_session ON fills (session_id);

CREATE TABLE inventory_ledger (
  id INTEGER NOT NULL PRIMARY KEY,
  session_id INTEGER NOT NULL CHECK (session_id >= 1),
  asset TEXT NOT NULL CHECK (asset IN ('XRP', 'RLUSD')),
  change TEXT NOT NULL,
  new_balance TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE capital_events (
  id INTEGER NOT NULL PRIMARY KEY,
  asset TEXT NOT NULL CHECK (asset IN ('XRP', 'RLUSD')),
  event_type TEXT NOT NULL CHECK (event_type IN (
    'deposit', 'withdrawal', 'basis_commit', 'realignment'
  )),
  amount TEXT NOT NULL,
  price_rlusd TEXT,
  basis_delta_rlusd TEXT,
  source_note TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE circuit_breaker_events (
  id INTEGER NOT NULL PRIMARY KEY,
  created_at TEXT NOT NULL,
  breaker TEXT NOT NULL,
  context TEXT NOT NULL CHECK (json_valid(context)),
  session_id INTEGER NOT NULL CHECK (session_id >= 1)
) STRICT;

CREATE TABLE market_snapshots (
  ts TEXT NOT NULL,
  session_id INTEGER NOT NULL CHECK (session_id >= 1),
  best_bid TEXT,
  best_ask TEXT,
  mid_price TEXT,
  amm_price TEXT,
  anchor_error_bps REAL,
  distance_to_bid_touch_bps REAL,
  distance_to_ask_touch_bps REAL,
  PRIMARY KEY (session_id, ts)
) STRICT, WITHOUT ROWID;

CREATE TABLE inventory_truth_snapshots (
  checked_at TEXT NOT NULL,
  session_id INTEGER NOT NULL CHECK (session_id >= 1),
  internal_xrp TEXT NOT NULL,
  internal_rlusd TEXT NOT NULL,
  on_chain_xrp TEXT,
  on_chain_rlusd TEXT,
  delta_xrp TEXT,
  delta_rlusd TEXT,
  status TEXT NOT NULL CHECK (status IN ('ok', 'warn', 'trip', 'unverified')),
  note TEXT NOT NULL
) STRICT;
