-- Exported by rolecall from migrations/committed/000001-legacy-baseline.sql (sha1:a7ddb4519df7713df19d2ad13bbe4c3cf1fac5d3, text 81a691cd03959283): edit nothing here, and run `rolecall export supabase`.

-- The notes of before, where nobody has moved them yet.
do $baseline$
begin
  if to_regclass('legacy.notes') is null then
    create table if not exists public.notes (id uuid primary key, author uuid, content text);
  end if;
end
$baseline$;
