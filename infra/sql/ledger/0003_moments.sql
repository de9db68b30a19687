-- Which position a ledger had reached at a time: the same for every audience, though most may not see every event.
-- The log is made by the projections, later than this; its text is looked up when the function is called.
set local role gongzhi_owner;
set local check_function_bodies = off;

create function gongzhi.position_at(of_ledger text, moment timestamptz) returns bigint
language sql stable strict security definer set search_path = gongzhi
as $$
    select coalesce((
        select position from gongzhi.log where ledger = of_ledger and recorded_at <= moment
        order by recorded_at desc, position desc limit 1), 0)
$$;

revoke execute on function gongzhi.position_at from public;
grant execute on function gongzhi.position_at
    to gongzhi_writer, gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
