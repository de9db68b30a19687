-- The key store: a database of its own, so that a copy of the events is never also a copy of the keys.
-- Every private or secret key is wrapped by the key-encryption key, which is never in a database.

create table signing_key (
    ledger text collate "C" not null,
    origin text collate "C" not null,
    public bytea not null check (octet_length(public) = 32),
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    primary key (ledger, origin)
);

create table secret (
    ledger text collate "C" not null,  -- empty: of the whole store
    purpose text collate "C" not null,
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    primary key (ledger, purpose)
);

-- Creating a key and destroying all of a subject's keys both lock the subject's row: one waits for the other.
create table data_subject (
    ledger text collate "C" not null,
    subject text collate "C" not null,
    destroyed_at timestamptz,  -- once set, no key of the subject exists or is ever made again
    primary key (ledger, subject)
);

create table data_key (
    ledger text collate "C" not null,
    subject text collate "C" not null,
    purpose text collate "C" not null,
    wrapped bytea not null,
    created_at timestamptz not null default now(),
    primary key (ledger, subject, purpose)
);

-- Counts the destructions of a ledger: a process that reads another number forgets the keys it holds.
create table generation (
    ledger text collate "C" primary key,
    number bigint not null
);
