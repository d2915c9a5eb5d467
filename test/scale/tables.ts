import type { Distribution } from '../../src/scale/settings.ts';

/** A small database that Citus distributes once the script has changed its keys. */
export const TABLES = `
  create schema shop;
  create table shop.owners (id uuid primary key, name text unique);
  create table shop.shelves (
    id uuid primary key, owner_id uuid not null references shop.owners on delete cascade,
    unique (owner_id, id)
  );
  create table shop.books (
    id uuid primary key, owner_id uuid not null, shelf_id uuid not null, place integer not null,
    foreign key (owner_id, shelf_id) references shop.shelves (owner_id, id) on delete cascade,
    unique (shelf_id, place)
  );
  create table shop.loans (
    id uuid primary key, owner_id uuid not null, book_id uuid not null references shop.books (id)
  );
  create table shop.visits (id bigint generated always as identity primary key, owner_id uuid references shop.owners);
  alter table shop.books enable row level security;
  create function shop.me() returns uuid language sql stable as 'select null::uuid';
  create policy own on shop.books for all using (owner_id = (select shop.me())) with check (owner_id = (select shop.me()));
  create function shop.touch() returns trigger language plpgsql as 'begin return new; end';
  create trigger touch before update on shop.books for each row execute function shop.touch();
`;

export const SHOP: Distribution = {
  schemas: ['shop'],
  groups: { owner: { 'shop.shelves': 'owner_id', 'shop.books': 'owner_id', 'shop.loans': 'owner_id' } },
  reference: ['shop.owners'],
  local: { 'shop.visits': 'nobody in particular may visit' },
  settled: [],
};
