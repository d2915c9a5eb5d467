-- caught: in the private schema
create type private.mood as enum ('glad');

-- holds: in a schema that is not ruled
create schema other;
create type other.mood as enum ('glad');

-- holds: a type that is no enum
create domain public.short as text check (length(value) < 10);
