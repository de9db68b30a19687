-- The event store: what is recorded, and nothing that is derived from it.
set local role gongzhi_owner;

create table gongzhi.head (
    ledger text collate "C" primary key,
    position bigint not null,
    frontier bytea not null,
    recorded_at timestamptz not null,
    demo boolean not null
) with (fillfactor = 50);

-- Every signed head, at most one a second, so that an earlier answer can be cited for ever.
create table gongzhi.checkpoint (
    ledger text collate "C" not null references gongzhi.head,
    position bigint not null,
    root bytea not null,
    note text not null,
    signed_at timestamptz not null,
    primary key (ledger, position)
);

create table gongzhi.event (
    ledger text collate "C" not null,
    position bigint not null,
    type text collate "C" not null,
    tags text[] collate "C" not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    entry bytea not null,
    leaf bytea not null,
    primary key (ledger, position)
);

create table gongzhi.event_tag (
    ledger text collate "C" not null,
    tag text collate "C" not null,
    type text collate "C" not null,
    position bigint not null,
    primary key (ledger, tag, type, position)
);

create table gongzhi.command (
    ledger text collate "C" not null,
    id text collate "C" not null,
    digest bytea not null,
    first bigint not null,
    last bigint not null,
    node text collate "C" not null,
    primary key (ledger, id)
);

-- One row a ledger: how far its read models are, and why they stopped if they did.
create table gongzhi.projector (
    ledger text collate "C" primary key references gongzhi.head,
    position bigint not null,
    failure text,
    failed_at timestamptz
) with (fillfactor = 50);

grant select, insert, update on gongzhi.head, gongzhi.projector to gongzhi_writer;
grant select, insert on gongzhi.checkpoint, gongzhi.event, gongzhi.event_tag, gongzhi.command to gongzhi_writer;
grant select (ledger, position, recorded_at, demo) on gongzhi.head to gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
grant select on gongzhi.checkpoint, gongzhi.projector to gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
