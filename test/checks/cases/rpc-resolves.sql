-- caught: a parameter with a default makes it like another function
create function public.find(word text) returns text language sql immutable as 'select word';
create function public.find(word text, most integer default 1) returns text language sql immutable as 'select word';

-- caught: the same names with other types
create function public.find(word text) returns text language sql immutable as 'select word';
create function public.find(word integer) returns text language sql immutable as 'select word::text';

-- caught: the same names in another order
create function public.find(word text, most integer) returns text language sql immutable as 'select word';
create function public.find(most integer, word text) returns text language sql immutable as 'select word';

-- caught: nothing, and a default for everything
create function public.find() returns text language sql immutable as 'select ''x''';
create function public.find(word text default 'x') returns text language sql immutable as 'select word';

-- caught: defaults on both sides that meet in the middle
create function public.find(word text, most integer default 1) returns text language sql immutable as 'select word';
create function public.find(word text, lowest numeric default 1) returns numeric language sql immutable as 'select lowest';
create function public.find(word text, most integer, lowest integer) returns integer language sql immutable as 'select lowest';

-- caught: two bodies of the same media type
create function public.take(json) returns text language sql immutable as 'select ''x''';
create function public.take(jsonb) returns text language sql immutable as 'select ''x''';

-- caught: an argument without a name
create function public.find(text, integer) returns text language sql immutable as 'select $1';

-- caught: one of two arguments without a name, although the first is a body
create function public.take(json, most integer) returns text language sql immutable as 'select ''x''';

-- caught: a single argument without a name that no body is
create function public.find(uuid) returns text language sql immutable as 'select ''x''';

-- caught: a variadic one, which has no default, and its plain form
create function public.find(variadic words text[]) returns text language sql immutable as 'select words[1]';
create function public.find(words text) returns text language sql immutable as 'select words';

-- caught: output before input
create function public.split(out first text, word text) language sql immutable as 'select word';

-- caught: a procedure
create procedure public.tidy() language sql as 'select 1';

-- holds: computed columns whose row has a name
create function public.label(task public.tasks) returns text language sql immutable as 'select task.title';
create function public.label(task public.lists) returns text language sql immutable as 'select task.title';

-- holds: each needs a name that the other does not have
create function public.find(word text) returns text language sql immutable as 'select word';
create function public.find(word text, most integer) returns text language sql immutable as 'select word';

-- holds: what is optional in the one is required in the other, beside a name of its own
create function public.find(word text, most integer default 1) returns text language sql immutable as 'select word';
create function public.find(word text, lowest numeric) returns numeric language sql immutable as 'select lowest';

-- holds: a body and names
create function public.take(json) returns text language sql immutable as 'select ''x''';
create function public.take(word text) returns text language sql immutable as 'select word';

-- holds: bodies of two media types
create function public.take(json) returns text language sql immutable as 'select ''x''';
create function public.take(text) returns text language sql immutable as 'select $1';

-- holds: output after input, and a result table
create function public.split(word text, out first text, out rest text) language sql immutable as 'select word, word';
create function public.halves(word text) returns table (first text, rest text) language sql immutable as 'select word, word';

-- holds: computed columns, which clients name in select
create function public.label(public.tasks) returns text language sql immutable as 'select $1.title';
create function public.label(public.lists) returns text language sql immutable as 'select $1.title';

-- holds: in a schema that is not exposed
create function private.find(text, integer) returns text language sql immutable as 'select $1';

-- holds: trigger functions
create function public.nothing() returns trigger language plpgsql as $$ begin return null; end $$;

-- holds: input that is given back
create function public.next(inout number integer) language sql immutable as 'select number + 1';
