-- caught: a condition by its name
create function public.fail() returns void language plpgsql as $$ begin raise object_not_in_prerequisite_state; end $$;

-- caught: a code by itself
create function public.fail() returns void language plpgsql as $$ begin raise sqlstate '57014'; end $$;

-- caught: a code as an option, in a branch
create function public.fail(deep boolean) returns void language plpgsql as $$
begin
  if deep then
    begin
      perform 1;
    exception when others then
      raise exception 'no' using hint = 'x', errcode = 'XX000';
    end;
  end if;
end $$;

-- caught: as an option with a cast, behind an escape
create function public.fail() returns void language plpgsql as $$ begin raise 'no' using errcode = E'400\x301'::text; end $$;

-- caught: in the private schema, which public functions call
create function private.fail() returns void language plpgsql as $$ begin raise 'no' using errcode = 'internal_error'; end $$;

-- caught: in a trigger
create function private.fail() returns trigger language plpgsql as $$ begin raise 'no' using errcode = '55P03'; end $$;

-- caught: PT and no number
create function public.fail() returns void language plpgsql as $$ begin raise 'no' using errcode = 'PTXYZ'; end $$;

-- caught: PT and a status that is no error
create function public.fail() returns void language plpgsql as $$ begin raise 'no' using errcode = 'PT200'; end $$;

-- caught: PT and a status that HTTP does not have
create function public.fail() returns void language plpgsql as $$ begin raise 'no' using errcode = 'PT999'; end $$;

-- caught: a code that is computed
create function public.fail(code text) returns void language plpgsql as $$ begin raise 'no' using errcode = code; end $$;

-- caught: an error of PL/pgSQL's own class
create function public.fail() returns void language plpgsql as $$ begin raise no_data_found; end $$;

-- caught: PostgREST's own form, whose status is in its detail
create function public.fail() returns void language plpgsql as $$
begin raise sqlstate 'PGRST' using message = '{"code": "x", "message": "x"}', detail = '{"status": 500, "headers": {}}'; end $$;

-- holds: no code, which is 400
create function public.fail() returns void language plpgsql as $$ begin raise exception 'no'; end $$;

-- holds: keys, privileges and values
create function public.fail() returns void language plpgsql as $$
begin
  raise unique_violation;
  raise foreign_key_violation;
  raise insufficient_privilege;
  raise 'no' using errcode = 'check_violation';
  raise 'no' using errcode = '22023';
end $$;

-- holds: PT and a status, the server's too
create function public.fail() returns void language plpgsql as $$
begin
  raise sqlstate 'PT404';
  raise 'no' using errcode = 'PT503';
end $$;

-- holds: a notice and a warning are no errors
create function public.say() returns void language plpgsql as $$
begin
  raise notice 'x' using errcode = 'XX000';
  raise warning 'x' using errcode = '57014';
end $$;

-- holds: an error that is passed on
create function public.pass() returns void language plpgsql as $$
begin
  perform 1;
exception when others then
  raise;
end $$;

-- holds: in a comment and a string
create function public.say() returns text language plpgsql as $$
begin
  -- raise sqlstate 'XX000';
  return 'raise sqlstate ''XX000''';
end $$;
