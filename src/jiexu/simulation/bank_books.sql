-- The pretend bank's books. Amounts are whole fen; what a file says is kept as it stands there.
CREATE TABLE IF NOT EXISTS account (
    number TEXT PRIMARY KEY,
    area TEXT NOT NULL,
    name TEXT NOT NULL,
    opening_fen INTEGER NOT NULL CHECK (opening_fen >= 0),
    balance_fen INTEGER NOT NULL CHECK (balance_fen >= 0)
);
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_no TEXT NOT NULL UNIQUE,
    area TEXT NOT NULL,
    digest TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    form TEXT NOT NULL DEFAULT 'csv',
    answered_on TEXT NOT NULL DEFAULT '',
    waited_rounds INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    published INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS instruction (
    batch_no TEXT NOT NULL REFERENCES batch (batch_no),
    row INTEGER NOT NULL,
    payee_name TEXT NOT NULL,
    payee_account TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    remark TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (batch_no, row)
);
CREATE TABLE IF NOT EXISTS statement (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL REFERENCES account (number),
    opening_fen INTEGER NOT NULL,
    form TEXT NOT NULL DEFAULT 'csv',
    made_on TEXT NOT NULL DEFAULT '',
    published INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_no TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES account (number),
    booked_on TEXT NOT NULL,
    debit INTEGER NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    counterparty TEXT NOT NULL,
    remark TEXT NOT NULL,
    balance_fen INTEGER NOT NULL CHECK (balance_fen >= 0),
    statement INTEGER REFERENCES statement (id)
);
CREATE INDEX IF NOT EXISTS entry_without_statement ON entry (account) WHERE statement IS NULL;
CREATE TABLE IF NOT EXISTS refused (
    area TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (area, digest)
);
