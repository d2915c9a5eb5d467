-- caught: in the private schema
create extension vector schema private;

-- holds: in a schema that is not ruled
create schema other;
create extension vector schema other;
