-- caught: one for replicas only
create function private.note_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger note_ddl on sql_drop execute function private.note_ddl();
alter event trigger note_ddl enable replica;

-- holds: one that is enabled always
create function private.note_ddl() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger note_ddl on sql_drop execute function private.note_ddl();
alter event trigger note_ddl enable always;
