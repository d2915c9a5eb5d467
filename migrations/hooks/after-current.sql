-- current.sql has run: whoever watches (rolecall watch) looks at what it changed.
select pg_notify('rolecall', 'current');
