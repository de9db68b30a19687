-- The roles of a database: its owner, the writer of events, and one for each audience.
-- Roles belong to the whole server and several databases share them, so each is made only where it is missing.
-- None can log in: the account that runs this becomes a member and takes one of them when it connects.
-- It works without superuser rights on PostgreSQL 15 and later; CREATEROLE and owning the database are enough.
DO $$
DECLARE
    role text;
    -- Before 16 a member may always take the role; since then only WITH SET, which making a role does not give.
    taking text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH role IN ARRAY ARRAY['gongzhi_owner', 'gongzhi_writer', 'gongzhi_public',
                                'gongzhi_parties', 'gongzhi_staff', 'gongzhi_legal'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this server is being made at this moment
        END;
        IF NOT pg_has_role(current_user, role, taking) THEN
            EXECUTE format('GRANT %I TO %I', role, current_user);
        END IF;
    END LOOP;
END
$$;

CREATE SCHEMA gongzhi AUTHORIZATION gongzhi_owner;

SET LOCAL ROLE gongzhi_owner;
GRANT USAGE ON SCHEMA gongzhi TO gongzhi_writer, gongzhi_public, gongzhi_parties, gongzhi_staff, gongzhi_legal;
