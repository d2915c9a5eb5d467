import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import {
  GRANTED_COLUMNS,
  GRANTED_FUNCTIONS,
  type GrantedColumn,
  type GrantedFunction,
  MISSING_NAMES,
} from '../catalog/granted.ts';
import { withoutPassword } from '../database/urls.ts';
import { BehaviorCachePlugin } from './behavior-cache.ts';
import { withCapturedConsole } from './captured-console.ts';
import { GraphqlError } from './error.ts';
import { asSeenBy, type Introspection, introspect, query } from './introspection.ts';
import { type Observed, observed, observerPlugin } from './observer.ts';
import { loadPostGraphile, type PostGraphile } from './postgraphile.ts';
import { findVanished } from './vanished.ts';
import { VectorTypesPlugin } from './vector-types.ts';

/** Where to build from, and for whom. */
export interface SchemaSource {
  readonly connectionString: string;
  /** The schemas to show; the names of what is in the first get no prefix. */
  readonly schemas: readonly string[];
}

/** The GraphQL schema that the grants of one role allow. */
export interface BuiltSchema {
  readonly role: string;
  /** Sorted, so that it changes only when what it says changes. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  /** From which objects of the database its fields and types were made. */
  readonly seen: Observed;
  /** PostGraphile's complaints, and whatever the role may use but the schema lacks: each is a deviation. */
  readonly warnings: readonly string[];
  /** Columns and functions that the role may use and PostGraphile leaves out by a rule, each with the rule. */
  readonly leftOut: readonly string[];
}

interface SchemaFacts {
  readonly introspection: Introspection;
  readonly columns: readonly GrantedColumn[];
  readonly functions: readonly GrantedFunction[];
}

type Service = ReturnType<PostGraphile['makePgService']>;

/**
 * Builds the GraphQL schema of one role.
 * @throws GraphqlError when the database cannot be read, lacks the role or a schema, or when no schema can be built of it
 */
export async function buildSchema({ role, ...source }: SchemaSource & { role: string }): Promise<BuiltSchema> {
  const [built] = await buildSchemas({ ...source, roles: [role] });
  if (!built) throw new GraphqlError(`No GraphQL schema was built for ${role}.`);
  return built;
}

/**
 * Builds the GraphQL schemas of several roles, in the order of `roles`, reading the database once. They are built in
 * turn: a build is all computation, so that at the same time they would take as long.
 * @throws GraphqlError as buildSchema does
 */
export async function buildSchemas(source: SchemaSource & { roles: readonly string[] }): Promise<BuiltSchema[]> {
  const { build } = await readForSchemas(source);
  return build();
}

/**
 * The first half of buildSchemas, for who has something to ask the server while schemas are built: all that is read is
 * read when this resolves, but for the rows of enum tables.
 * @returns the second half, to be called once: it closes the connection
 * @throws GraphqlError when the database cannot be read, or lacks a role or a schema
 */
export async function readForSchemas({
  connectionString,
  schemas,
  roles,
}: SchemaSource & { roles: readonly string[] }): Promise<{ build(): Promise<BuiltSchema[]> }> {
  const postgraphile = await loadPostGraphile();
  const service = postgraphile.makePgService({
    connectionString,
    schemas: [...schemas],
    pubsub: false,
    poolConfig: { max: 1, application_name: 'rolecall', connectionTimeoutMillis: 20_000 },
  });
  const facts = await readFacts(service, postgraphile.makeIntrospectionQuery(), schemas, roles).catch(async (cause) => {
    await service.release?.();
    throw new GraphqlError(`Could not read the catalogs of ${withoutPassword(connectionString)}: ${cause.message}`, {
      cause,
    });
  });
  return {
    async build() {
      const built: BuiltSchema[] = [];
      try {
        for (const role of roles) built.push(await buildOne(postgraphile, service, role, facts));
      } finally {
        await service.release?.();
      }
      return built;
    },
  };
}

async function readFacts(
  service: Service,
  question: string,
  schemas: readonly string[],
  roles: readonly string[],
): Promise<SchemaFacts> {
  const missing = await query<{ kind: string; name: string }>(service, MISSING_NAMES, [roles, schemas]);
  if (missing.length > 0) {
    const names = missing.map(({ kind, name }) => `${kind} ${JSON.stringify(name)}`).join(', ');
    throw new GraphqlError(`it has no ${names}. Create it in a migration, or correct the name in the configuration.`);
  }
  return {
    introspection: await introspect(service, question),
    columns: await query<GrantedColumn>(service, GRANTED_COLUMNS, [schemas, roles]),
    functions: await query<GrantedFunction>(service, GRANTED_FUNCTIONS, [schemas, roles]),
  };
}

async function buildOne(
  { makeSchema, PostGraphileAmberPreset, PgSimplifyInflectionPreset }: PostGraphile,
  service: Service,
  role: string,
  { introspection, columns, functions }: SchemaFacts,
): Promise<BuiltSchema> {
  const seen = observed();
  const { value, lines } = await withCapturedConsole(() =>
    makeSchema({
      extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
      plugins: [VectorTypesPlugin, BehaviorCachePlugin, observerPlugin(seen)],
      pgServices: [asSeenBy(service, role, introspection)],
    }),
  ).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraphqlError(
      `PostGraphile could not build the GraphQL schema of role ${JSON.stringify(role)}: ${reason}. The usual cause is two things that get the same name in GraphQL: rename one, or give it another with a smart comment (@name …).`,
      { cause },
    );
  });
  const isOfRole = (granted: { role: string }) => granted.role === role;
  const vanished = findVanished(value.schema, seen, columns.filter(isOfRole), functions.filter(isOfRole));
  return {
    role,
    sdl: `${printSchema(lexicographicSortSchema(value.schema))}\n`,
    schema: value.schema,
    seen,
    warnings: [...new Set([...seen.errors, ...vanished.missing, ...lines].map(onOneLine))],
    leftOut: vanished.leftOut,
  };
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
