-- Who projects a ledger and until when, by this server's clock; and where read models are built before they are shown.
create schema gongzhi_next authorization gongzhi_owner;
create schema gongzhi_past authorization gongzhi_owner;

set local role gongzhi_owner;

-- The epoch changes when the rows are exchanged: whoever projects then starts from the new ones.
alter table gongzhi.projector
    add column holder text collate "C",
    add column held_until timestamptz,
    add column epoch uuid not null default gen_random_uuid();

-- Why a projection stopped may quote what the event says, so only the position is for everybody.
revoke select on gongzhi.projector from gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
grant select (ledger, position) on gongzhi.projector to gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;

-- Rebuilds take turns at its lock.
create table gongzhi.rebuilding ();

-- By which declarations the read models were made; programs made it themselves before, all at once.
create table if not exists gongzhi.projection (
    name text collate "C" primary key,
    fingerprint text collate "C" not null,
    declared_at timestamptz not null default now()
);
grant select on gongzhi.projection to gongzhi_writer, gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
