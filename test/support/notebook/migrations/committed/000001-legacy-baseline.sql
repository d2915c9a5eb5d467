--! Previous: -
--! Hash: sha1:a7ddb4519df7713df19d2ad13bbe4c3cf1fac5d3
--! Message: legacy-baseline
--! Time: 2026-11-16T10:01:00Z

-- The notes of before, where nobody has moved them yet.
do $baseline$
begin
  if to_regclass('legacy.notes') is null then
    create table if not exists public.notes (id uuid primary key, author uuid, content text);
  end if;
end
$baseline$;
