-- What waits, waits for a moment; so far it was a day, which begins at midnight in China.
set local role gongzhi_owner;

alter table gongzhi.deadline
    alter column due type timestamptz using (due::timestamp at time zone 'Asia/Shanghai');
