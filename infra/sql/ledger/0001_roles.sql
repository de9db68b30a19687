-- The roles of a database: its owner, the writer of events, and one for each audience.
-- Roles belong to the whole server and several databases share them, so each is made only where it is missing.
-- None can log in: the account that runs this becomes a member, and takes one of them when it connects.
-- Superuser rights are not needed: on PostgreSQL 15 and later, CREATEROLE and owning the database are enough.
do $$
declare
    wanted text;
    -- Before 16 every member may take the role; since then only one WITH SET, which making the role does not give.
    taking text := case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end;
begin
    foreach wanted in array array['gongzhi_owner', 'gongzhi_writer', 'gongzhi_public',
                                  'gongzhi_parties', 'gongzhi_staff', 'gongzhi_legal'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception when duplicate_object or unique_violation then
                null;  -- another database of this server is being made at this moment
            end;
        end if;
        if not pg_has_role(current_user, wanted, taking) then
            execute format('grant %I to %I', wanted, current_user);
        end if;
    end loop;
end
$$;

create schema gongzhi authorization gongzhi_owner;

set local role gongzhi_owner;
grant usage on schema gongzhi to gongzhi_writer, gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
