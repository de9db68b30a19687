-- How far each ledger's reactions are, which are in force there, what waits for its day, and what a rule refused.
set local role gongzhi_owner;

-- Locked by whoever reacts, for as long as it takes; no row: nothing is reacted to (a demonstration that still loads).
create table gongzhi.reactor (
    ledger text collate "C" primary key references gongzhi.head,
    position bigint not null,
    failure text,
    failed_at timestamptz
) with (fillfactor = 50);

-- From where on: events after a position, and days from one on. Neither reaches back into history.
create table gongzhi.reaction (
    ledger text collate "C" not null references gongzhi.head,
    name text collate "C" not null,
    after bigint not null,
    since date not null,
    primary key (ledger, name)
);

create table gongzhi.deadline (
    ledger text collate "C" not null references gongzhi.head,
    position bigint not null,
    reaction text collate "C" not null,
    number int not null,
    due date not null,
    primary key (ledger, position, reaction, number)
);
create index on gongzhi.deadline (ledger, due, position);

create table gongzhi.reaction_refused (
    ledger text collate "C" not null references gongzhi.head,
    position bigint not null,
    reaction text collate "C" not null,
    number int not null,
    code text collate "C" not null,
    told text not null,
    refused_at timestamptz not null default now(),
    primary key (ledger, position, reaction, number)
);

insert into gongzhi.reactor (ledger, position) select ledger, position from gongzhi.head;

grant select, insert, update on gongzhi.reactor to gongzhi_writer;
grant select, insert on gongzhi.reaction to gongzhi_writer;
grant select, insert, delete on gongzhi.deadline to gongzhi_writer;
grant select, insert, update on gongzhi.reaction_refused to gongzhi_writer;
