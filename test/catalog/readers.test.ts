import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Catalog, readCatalog } from '../../src/catalog/catalog.ts';
import { readRelations } from '../../src/catalog/relations.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { comparable, type Everything, everything } from './everything.ts';

const SCOPE = { schemas: ['My.App'] };
let database: Everything;
let catalog: Catalog;

beforeAll(async () => {
  database = await everything();
  catalog = comparable(await readCatalog(database.client, SCOPE));
});
afterAll(() => database.drop());

/** The one thing of that name. */
function one<T extends { readonly name: string }>(things: readonly T[], name: string): T {
  const found = things.filter((thing) => thing.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`There are ${found.length} of ${name}.`);
  return found[0];
}

test('a table is read with its options, row security and columns', () => {
  expect(one(catalog.relations, 'We"ird')).toEqual({
    schema: 'My.App',
    name: 'We"ird',
    id: 'My.App.We"ird',
    sql: '"My.App"."We""ird"',
    kind: 'table',
    owner: database.owner,
    rowSecurity: true,
    forceRowSecurity: true,
    options: { fillfactor: '70' },
    securityInvoker: false,
    persistence: 'permanent',
    replicaIdentity: 'index',
    partitionOf: null,
    partitionKey: null,
    partitionBound: null,
    definition: null,
    filters: false,
    reads: [],
    inherits: [],
    ofType: null,
    accessMethod: null,
    tablespace: null,
    toastOptions: [],
    server: null,
    serverOptions: [],
    comment: 'the odd one',
    primaryKey: ['Id'],
    columns: expect.any(Array),
  });
});

const PLAIN = {
  isText: false,
  hashable: true,
  collation: null,
  notNull: false,
  hasDefault: false,
  default: null,
  identity: null,
  generation: null,
  generated: false,
  labels: null,
  references: null,
  defaultCollation: true,
  notNullValidated: true,
  inherited: false,
  compression: null,
  storage: null,
  statisticsTarget: null,
  options: [],
  comment: null,
};

test('columns are read with types, defaults, what fills them and what they refer to', () => {
  const own = [...one(catalog.relations, 'We"ird').columns, one(one(catalog.relations, 'parents').columns, 'number')];
  const mood = '"My.App"."Mood"';
  expect(own).toEqual([
    { ...PLAIN, name: 'Id', sql: '"Id"', type: 'uuid', typeName: 'uuid', notNull: true },
    {
      ...PLAIN,
      name: 'select',
      sql: '"select"',
      type: mood,
      typeName: mood,
      hashable: false,
      notNull: true,
      hasDefault: true,
      default: `'glad'::${mood}`,
      labels: ['glad', 'sa"d', 'a,b'],
    },
    { ...PLAIN, name: 'a.b', sql: '"a.b"', type: 'numeric(6,2)', typeName: 'numeric', comment: 'a dot' },
    {
      ...PLAIN,
      name: 'words',
      sql: 'words',
      type: 'character varying(20)',
      typeName: 'character varying',
      isText: true,
      hashable: false,
      collation: '"C"',
      defaultCollation: false,
    },
    {
      ...PLAIN,
      name: 'twice',
      sql: 'twice',
      type: 'integer',
      typeName: 'integer',
      hasDefault: true,
      default: '(length((words)::text) * 2)',
      generation: 'stored',
      generated: true,
    },
    {
      ...PLAIN,
      name: 'parent_id',
      sql: 'parent_id',
      type: 'uuid',
      typeName: 'uuid',
      references: { relation: '"My.App".parents', column: 'id' },
    },
    { ...PLAIN, name: 'number', sql: 'number', type: 'bigint', typeName: 'bigint' },
    { ...PLAIN, name: 'during', sql: 'during', type: '"My.App".span', typeName: '"My.App".span', hashable: false },
    {
      ...PLAIN,
      name: 'number',
      sql: 'number',
      type: 'bigint',
      typeName: 'bigint',
      notNull: true,
      hasDefault: true,
      identity: 'always',
      generated: true,
    },
  ]);
});

test('views, partitions and unlogged tables are told apart, and views say what they read', () => {
  expect(
    catalog.relations.map(
      ({ sql, kind, persistence, partitionOf, partitionKey, partitionBound, securityInvoker, reads }) => [
        sql,
        kind,
        ...[persistence, partitionOf, partitionKey, partitionBound].filter((value) => value && value !== 'permanent'),
        ...(securityInvoker ? ['security invoker'] : []),
        ...reads,
      ],
    ),
  ).toEqual([
    ['"My.App"."Days.1"', 'table', 'My.App.days', "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"],
    ['"My.App"."Seen"', 'view', 'security invoker', '"My.App"."We""ird"'],
    ['"My.App"."We""ird"', 'table'],
    ['"My.App".days', 'partitioned table', 'RANGE (day)'],
    ['"My.App".kept', 'materialized view', '"My.App".parents'],
    ['"My.App".parents', 'table'],
    ['"My.App".quick', 'table', 'unlogged'],
  ]);
  expect(one(catalog.relations, 'Seen').options).toEqual({ security_barrier: 'true', security_invoker: 'on' });
});

test('constraints are read by kind, with what they refer to and do', () => {
  const on = { table: 'My.App.We"ird', tableSql: '"My.App"."We""ird"', comment: null };
  const plain = {
    ...on,
    validated: true,
    enforced: true,
    inherited: false,
    deferrable: false,
    initiallyDeferred: false,
  };
  const parents = {
    matchFull: false,
    referenced: 'My.App.parents',
    referencedSql: '"My.App".parents',
    referencedPrimaryKey: ['id'],
  };
  expect(catalog.constraints.filter(({ table }) => table === on.table)).toEqual([
    {
      ...plain,
      kind: 'primary key',
      name: 'We"ird_pkey',
      sql: '"We""ird_pkey"',
      columns: ['Id'],
      definition: 'PRIMARY KEY ("Id")',
    },
    {
      ...plain,
      kind: 'exclusion',
      name: 'apart',
      sql: 'apart',
      columns: ['during'],
      definition: 'EXCLUDE USING gist (during WITH &&)',
    },
    {
      ...plain,
      ...parents,
      kind: 'foreign key',
      name: 'lone',
      sql: 'lone',
      columns: ['parent_id'],
      referencedColumns: ['id'],
      definition: 'FOREIGN KEY (parent_id) REFERENCES "My.App".parents(id) NOT VALID',
      validated: false,
      onDelete: 'no action',
      onUpdate: 'no action',
      onDeleteColumns: [],
    },
    {
      ...plain,
      kind: 'unique',
      name: 'one.of',
      sql: '"one.of"',
      columns: ['a.b', 'words'],
      definition: 'UNIQUE NULLS NOT DISTINCT ("a.b", words) DEFERRABLE INITIALLY DEFERRED',
      deferrable: true,
      initiallyDeferred: true,
    },
    {
      ...plain,
      ...parents,
      kind: 'foreign key',
      name: 'parent',
      sql: 'parent',
      columns: ['parent_id', 'number'],
      referencedColumns: ['id', 'number'],
      definition:
        'FOREIGN KEY (parent_id, number) REFERENCES "My.App".parents(id, number) ON UPDATE CASCADE ON DELETE SET NULL (number)',
      onDelete: 'set null',
      onUpdate: 'cascade',
      onDeleteColumns: ['number'],
    },
    {
      ...plain,
      kind: 'check',
      name: 'positive',
      sql: 'positive',
      columns: ['a.b'],
      definition: 'CHECK (("a.b" > (0)::numeric))',
    },
  ]);
});

test('an index is read with what it is ordered by, what it stores and its condition', () => {
  expect(one(catalog.indexes, 'Lower.Words')).toEqual({
    schema: 'My.App',
    name: 'Lower.Words',
    id: 'My.App.Lower.Words',
    sql: '"My.App"."Lower.Words"',
    nameSql: '"Lower.Words"',
    table: 'My.App.We"ird',
    tableSql: '"My.App"."We""ird"',
    partitioned: false,
    method: 'btree',
    unique: false,
    nullsNotDistinct: false,
    immediate: true,
    valid: true,
    constraint: null,
    clustered: false,
    replicaIdentity: false,
    keys: [
      {
        column: null,
        definition: 'lower(words::text)',
        operatorClass: 'pg_catalog.text_pattern_ops',
        collation: 'pg_catalog."C"',
        descending: true,
        nullsFirst: false,
      },
      {
        column: 'a.b',
        definition: '"a.b"',
        operatorClass: 'pg_catalog.numeric_ops',
        collation: null,
        descending: false,
        nullsFirst: false,
      },
    ],
    included: ['number'],
    predicate: '("a.b" > (1)::numeric)',
    definition:
      'CREATE INDEX "Lower.Words" ON "My.App"."We""ird" USING btree (lower((words)::text) text_pattern_ops DESC NULLS LAST, "a.b") INCLUDE (number) WHERE ("a.b" > (1)::numeric)',
    comment: null,
  });
  expect(catalog.indexes.map(({ sql, constraint, immediate }) => [sql, constraint, immediate])).toEqual([
    ['"My.App"."Days.1_pkey"', 'primary key', true],
    ['"My.App"."Lower.Words"', null, true],
    ['"My.App"."We""ird_pkey"', 'primary key', true],
    ['"My.App"."We""ird_words_idx"', null, true],
    ['"My.App".apart', 'exclusion', true],
    ['"My.App"."one.of"', 'unique', false],
    ['"My.App".days_pkey', 'primary key', true],
    ['"My.App".parents_id_number_key', 'unique', true],
    ['"My.App".parents_pkey', 'primary key', true],
  ]);
});

test('a policy is read with its roles, expressions, and what these call and read', () => {
  const on = {
    table: 'My.App.We"ird',
    tableSql: '"My.App"."We""ird"',
    comment: null,
    usingTree: null,
    checkTree: null,
  };
  const [using, check] = [
    '("Id" = ( SELECT parents.id FROM "My.App".parents LIMIT 1))',
    "(now() > '2026-01-01 10:00:00+00'::timestamp with time zone)",
  ];
  expect(catalog.policies).toEqual([
    {
      ...on,
      name: 'The reader may',
      sql: '"The reader may"',
      permissive: true,
      command: 'update',
      roles: [{ name: database.role, sql: database.role }],
      using,
      check,
      calls: expect.arrayContaining([{ name: 'now', volatility: 'stable' }]),
      reads: ['"My.App".parents'],
      definition: `create policy "The reader may" on "My.App"."We""ird" as permissive for update to ${database.role} using (${using}) with check (${check})`,
    },
    {
      ...on,
      name: 'no_more',
      sql: 'no_more',
      permissive: false,
      command: 'all',
      roles: [{ name: 'public', sql: 'public' }],
      using: '("a.b" < (100)::numeric)',
      check: null,
      calls: [{ name: 'pg_catalog."numeric"', volatility: 'immutable' }],
      reads: [],
      definition:
        'create policy no_more on "My.App"."We""ird" as restrictive for all to public using (("a.b" < (100)::numeric))',
    },
  ]);
});

test('triggers and rules are read with when they fire and what they run', () => {
  const on = { table: 'My.App.We"ird', tableSql: '"My.App"."We""ird"', comment: null };
  expect(catalog.triggers).toEqual([
    {
      ...on,
      name: 'Stamp.It',
      sql: '"Stamp.It"',
      function: 'My.App.stamp',
      functionSource: 'begin return new; end',
      enabled: 'always',
      timing: 'before',
      events: ['insert', 'update'],
      forEach: 'row',
      columns: ['words', 'a.b'],
      arguments: ['one', 'it\'s "two"'],
      internal: false,
      inherited: false,
      constraint: null,
      constraintTable: null,
      definition:
        'CREATE TRIGGER "Stamp.It" BEFORE INSERT OR UPDATE OF words, "a.b" ON "My.App"."We""ird" FOR EACH ROW WHEN ((new.words IS NOT NULL)) EXECUTE FUNCTION "My.App".stamp(\'one\', \'it\'\'s "two"\')',
    },
  ]);
  expect(catalog.rules).toEqual([
    {
      ...on,
      name: 'no.deletes',
      sql: '"no.deletes"',
      event: 'delete',
      instead: true,
      enabled: 'origin',
      definition: 'CREATE RULE "no.deletes" AS ON DELETE TO "My.App"."We""ird" DO INSTEAD NOTHING;',
    },
  ]);
});

test('the triggers of foreign keys and deferred constraints are there, as internal ones', async () => {
  const { triggers } = await readCatalog(database.client, SCOPE);
  const internal = triggers.filter((trigger) => trigger.internal && trigger.table === 'My.App.We"ird');
  expect(internal.map(({ constraint, events }) => [constraint, events.join()]).sort()).toEqual([
    ['lone', 'insert'],
    ['lone', 'update'],
    ['one.of', 'insert,update'],
    ['parent', 'insert'],
    ['parent', 'update'],
  ]);
});

test('a function is read with its arguments, rights and settings', () => {
  expect(one(catalog.functions, 'Twice')).toEqual({
    schema: 'My.App',
    name: 'Twice',
    signature: 'My.App.Twice(integer)',
    identity: '"My.App"."Twice"(integer)',
    sql: '"My.App"."Twice"',
    kind: 'function',
    owner: database.owner,
    language: 'sql',
    trigger: false,
    returns: 'bigint',
    returnsSet: false,
    strict: true,
    securityDefiner: false,
    volatility: 'immutable',
    leakproof: true,
    parallel: 'safe',
    settings: ['search_path=pg_catalog, pg_temp'],
    source: 'RETURN ("N" * 2)',
    arguments: [
      { name: 'N', type: 'integer', mode: 'in' },
      { name: 'Double', type: 'bigint', mode: 'out' },
    ],
    parameters: [{ type: 'integer', variadic: false }],
    defaults: 1,
    argumentsSql: '"N" integer DEFAULT 1, OUT "Double" bigint',
    returnsSql: 'bigint',
    cost: null,
    rows: null,
    support: null,
    aggregate: [],
    comment: 'doubles',
  });
  expect(one(catalog.functions, 'many')).toMatchObject({
    signature: 'My.App.many("My.App"."Mood"[])',
    returnsSet: true,
    securityDefiner: true,
    volatility: 'stable',
    arguments: [
      { name: '', type: '"My.App"."Mood"[]', mode: 'variadic' },
      { name: 'mood', type: '"My.App"."Mood"', mode: 'table' },
    ],
    parameters: [{ type: '"My.App"."Mood"[]', variadic: true }],
  });
  expect(one(catalog.functions, 'stamp')).toMatchObject({ trigger: true, returns: 'trigger', language: 'plpgsql' });
  expect(one(catalog.functions, 'tidy')).toMatchObject({ kind: 'procedure', returns: null });
  expect(one(catalog.functions, 'total')).toMatchObject({ kind: 'aggregate', returns: 'integer' });
});

test('enums, domains, composites and ranges are types, and row types of tables are not', () => {
  const plain = { schema: 'My.App', owner: database.owner, labels: [], base: null, notNull: false, default: null };
  const none = { ...plain, collation: null, checks: [], fields: [], range: [], comment: null };
  expect(catalog.types).toEqual([
    {
      ...none,
      name: 'Mood',
      id: 'My.App.Mood',
      sql: '"My.App"."Mood"',
      kind: 'enum',
      labels: ['glad', 'sa"d', 'a,b'],
      comment: 'how it is',
    },
    {
      ...none,
      name: 'pair',
      id: 'My.App.pair',
      sql: '"My.App".pair',
      kind: 'composite',
      fields: [
        { name: 'one', type: 'integer' },
        { name: 'Two', type: 'numeric(4,2)' },
      ],
    },
    {
      ...none,
      name: 'short',
      id: 'My.App.short',
      sql: '"My.App".short',
      kind: 'domain',
      base: 'text',
      notNull: true,
      default: "'x'::text",
      checks: [{ name: 'few.letters', definition: 'CHECK ((length(VALUE) < 10))', validated: true }],
    },
    {
      ...none,
      name: 'span',
      id: 'My.App.span',
      sql: '"My.App".span',
      kind: 'range',
      base: 'integer',
      range: ['multirange_type_name "My.App".span_multirange'],
    },
  ]);
});

test('sequences are read with their numbers and the column that owns them', () => {
  expect(catalog.sequences).toMatchObject([
    {
      sql: '"My.App".counter',
      type: 'smallint',
      start: '3',
      increment: '2',
      minimum: '1',
      maximum: '9',
      cycle: true,
      ownedBy: null,
    },
    {
      sql: '"My.App".parents_number_seq',
      maximum: '9223372036854775807',
      ownedBy: { table: 'My.App.parents', column: 'number' },
    },
  ]);
});

test('grants are listed one by one, and those that PostgreSQL gives by itself are marked', () => {
  const { role } = database;
  const told = catalog.grants
    .filter(({ schema, toOwner, sql }) => schema === 'My.App' && !toOwner && !sql.includes('span'))
    .map((grant) =>
      [
        `${grant.privilege.toLowerCase()} on ${grant.kind} ${[grant.sql, ...(grant.columnSql === null ? [] : [grant.columnSql])].join('.')} to ${grant.granteeSql}`,
        ...(grant.grantable ? ['with grant option'] : []),
        ...(grant.implicit ? ['by itself'] : []),
      ].join(', '),
    );
  expect(told.sort()).toEqual(
    [
      `usage on schema "My.App" to ${role}, with grant option`,
      `select on table "My.App"."Days.1" to ${role}`,
      `select on table "My.App"."Seen" to ${role}`,
      `select on table "My.App"."We""ird" to ${role}`,
      `truncate on table "My.App"."We""ird" to ${role}`,
      'update on column "My.App"."We""ird".words to public',
      `select on table "My.App".days to ${role}`,
      `select on table "My.App".kept to ${role}`,
      `select on table "My.App".quick to ${role}`,
      `usage on sequence "My.App".counter to ${role}`,
      `execute on function "My.App"."Twice"(integer) to ${role}`,
      'execute on function "My.App".many("My.App"."Mood"[]) to public, by itself',
      'execute on function "My.App".stamp() to public, by itself',
      'execute on function "My.App".tidy(integer) to public, by itself',
      'execute on function "My.App".total(integer) to public, by itself',
      'usage on type "My.App"."Mood" to public, by itself',
      'usage on type "My.App".pair to public, by itself',
      'usage on type "My.App".short to public, by itself',
    ].sort(),
  );
  const connect = { kind: 'database', grantee: 'public', privilege: 'CONNECT', implicit: true };
  return expect(readCatalog(database.client, SCOPE)).resolves.toMatchObject({
    grants: expect.arrayContaining([expect.objectContaining(connect)]),
  });
});

test('default privileges are what was set, and for every owner what PostgreSQL gives by itself', () => {
  const { owner, role } = database;
  const own = catalog.defaultPrivileges.filter((entry) => entry.owner === owner);
  expect(own.filter(({ schema, kind }) => schema !== null || kind === 'functions')).toEqual([
    {
      owner,
      ownerSql: owner,
      schema: null,
      kind: 'functions',
      implicit: true,
      grants: [
        { grantee: owner, granteeSql: owner, privilege: 'EXECUTE', grantable: false },
        { grantee: 'public', granteeSql: 'public', privilege: 'EXECUTE', grantable: false },
      ].sort((a, b) => (a.grantee < b.grantee ? -1 : 1)),
    },
    {
      owner,
      ownerSql: owner,
      schema: 'My.App',
      kind: 'tables',
      implicit: false,
      grants: [{ grantee: role, granteeSql: role, privilege: 'SELECT', grantable: false }],
    },
  ]);
});

test('roles, memberships, extensions and event triggers are read whatever the schemas', async () => {
  const { client, role } = database;
  await rolledBack(client, async () => {
    await client.query(`
      alter role ${role} bypassrls connection limit 3 valid until '2030-01-01 00:00+00';
      alter role ${role} set statement_timeout = '3s';
      alter role ${role} in database ${new URL(database.url).pathname.slice(1)} set work_mem = '1MB';
      grant pg_monitor to ${role};
      create function "My.App".noted() returns event_trigger language plpgsql as 'begin end';
      create event trigger "Noted.1" on ddl_command_end when tag in ('CREATE TABLE') execute function "My.App".noted()`);
    const { roles, memberships, extensions, eventTriggers } = await readCatalog(client, { schemas: [] });
    expect(one(roles, role)).toMatchObject({
      predefined: false,
      superuser: false,
      bypassRowSecurity: true,
      connectionLimit: 3,
      validUntil: '2030-01-01 00:00:00+00',
      settings: ['statement_timeout=3s'],
      databaseSettings: ['work_mem=1MB'],
    });
    expect(one(roles, 'pg_monitor').predefined).toBe(true);
    expect(memberships).toContainEqual({
      role: 'pg_monitor',
      member: role,
      grantor: database.owner,
      admin: false,
      inherit: true,
      set: true,
    });
    expect(one(extensions, 'plpgsql')).toMatchObject({ schema: 'pg_catalog', schemaSql: 'pg_catalog' });
    expect(eventTriggers).toEqual([
      {
        name: 'Noted.1',
        sql: '"Noted.1"',
        owner: database.owner,
        event: 'ddl_command_end',
        tags: ['CREATE TABLE'],
        function: 'My.App.noted',
        enabled: 'origin',
        comment: null,
      },
    ]);
  });
});

/**
 * A catalog with this test's own roles and PostgreSQL's: the others belong to the server, and other tests make and drop
 * some meanwhile.
 */
function ofOwnRoles({ roles, memberships, defaultPrivileges, ...rest }: Catalog) {
  const isOwn = (name: string): boolean => [database.role, database.owner].includes(name) || name.startsWith('pg_');
  return {
    ...rest,
    roles: roles.filter(({ name }) => isOwn(name)),
    memberships: memberships.filter(({ role, member }) => isOwn(role) && isOwn(member)),
    defaultPrivileges: defaultPrivileges.filter(({ owner }) => isOwn(owner)),
  };
}

test('a role that may do nothing reads the same as the owner', async () => {
  const { client, role } = database;
  const all = { schemas: [], rest: true };
  const mine = ofOwnRoles(await readCatalog(client, all));
  expect(mine.roles.map(({ name }) => name)).toContain(role);
  await client.query(`set role ${role}`);
  try {
    expect(ofOwnRoles(await readCatalog(client, all))).toEqual(mine);
  } finally {
    await client.query('reset role');
  }
});

test('what the session has set changes nothing, and is as it was afterwards', async () => {
  const { client } = database;
  const plain = ofOwnRoles(await readCatalog(client, SCOPE));
  await rolledBack(client, async () => {
    await client.query(
      `set local search_path = "My.App"; set local timezone = 'Asia/Tokyo'; set local quote_all_identifiers = on`,
    );
    expect(ofOwnRoles(await readCatalog(client, SCOPE))).toEqual(plain);
    const { rows } = await client.query(
      `select current_setting('search_path') as path, current_setting('timezone') as zone`,
    );
    expect(rows).toEqual([{ path: '"My.App"', zone: 'Asia/Tokyo' }]);
  });
});

test('schemas come in the order in which they are named, then the rest; PostgreSQL’s own and graphile-migrate’s are not among it', async () => {
  const { client } = database;
  await rolledBack(client, async () => {
    await client.query(
      'create schema a; create schema z; create schema graphile_migrate; create table graphile_migrate.t ()',
    );
    const { schemas, relations } = await readCatalog(client, { schemas: ['z', 'absent', 'My.App'], rest: true });
    expect(schemas.map(({ name }) => name)).toEqual(['z', 'My.App', 'a', 'public']);
    expect(new Set(relations.map(({ schema }) => schema))).toEqual(new Set(['My.App']));
    expect(await readRelations(client, { schemas: ['graphile_migrate'] })).toMatchObject([
      { id: 'graphile_migrate.t' },
    ]);
  });
});

test('what an extension owns is left out', async () => {
  const { client } = database;
  await rolledBack(client, async () => {
    await client.query(
      'create schema ext; create extension vector schema ext; create table ext.own (embedding ext.vector(3))',
    );
    const { relations, functions, types, grants, extensions } = await readCatalog(client, { schemas: ['ext'] });
    expect(relations).toMatchObject([{ id: 'ext.own', columns: [{ type: 'ext.vector(3)' }] }]);
    expect({ functions, types }).toEqual({ functions: [], types: [] });
    expect(new Set(grants.filter(({ schema }) => schema === 'ext').map(({ object }) => object))).toEqual(
      new Set(['ext', 'ext.own']),
    );
    expect(one(extensions, 'vector').schema).toBe('ext');
  });
});
