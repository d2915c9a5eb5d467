import { type Counts, compareAll, countAll } from '../access/findings.ts';
import type { Cell, FunctionCell } from '../access/model.ts';
import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { probe } from '../access/probe.ts';
import { renderAccess } from '../access/render.ts';
import { readSubject } from '../access/subject.ts';
import { readCatalog } from '../catalog/catalog.ts';
import { checkWhatWasRead } from '../checks/run.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import type { BuiltSchema } from '../graphql/schema.ts';
import { provePlans } from '../plans/prove.ts';
import { snapshotFile } from '../plans/snapshot.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { inLayout } from '../report/layout.ts';
import type { StructureScope } from '../structure/describe/subject.ts';
import { structurePage } from '../structure/read.ts';
import { proveReach } from './reach.ts';

/** The proof of one database: outcomes, findings, and the snapshot files. */
export interface Proof {
  readonly cells: readonly Cell[];
  readonly counts: Counts;
  readonly findings: Findings;
  /** Path → contents of each snapshot, as it would be written. */
  readonly files: ReadonlyMap<string, string>;
}

/** The proof of access; who may execute each function is what the proof of behaviour begins with. */
export interface AccessProof extends Proof {
  readonly functionCells: readonly FunctionCell[];
}

/** Proves access as each persona, and compares it with the spec. The database is unchanged afterwards. */
export async function proveAccess(url: string, declared: Config): Promise<AccessProof> {
  const config = withPlainNames(declared);
  const personas = personasOf(config);
  return withClient(
    url,
    async (client) => {
      const subject = await readSubject(client, config.proven, config.world);
      const probes = await probe(client, subject, personas, config);
      return {
        cells: probes.cells,
        functionCells: probes.functions,
        counts: countAll(probes, subject),
        findings: mergeFindings([compareAll(probes, subject, config, personas), await proveReach(client, config)]),
        files: new Map([[`${config.snapshots}/access.md`, inLayout(renderAccess(probes, personas), config.layout)]]),
      };
    },
    { pipeline: true },
  );
}

/** Checks the catalogs by every rule, and describes everything that DDL can change. */
export async function proveCatalog(url: string, config: Config): Promise<Omit<Proof, 'cells' | 'counts'>> {
  const scope = structureScope(config);
  const catalog = await withClient(url, (client) => readCatalog(client, { schemas: scope.schemas, rest: true }));
  return {
    files: new Map([[structureFile(config), await structurePage(catalog, scope)]]),
    findings: await checkWhatWasRead(catalog, config.api, config.ruled),
  };
}

/** The roles that people and programs have who use the database. */
const clientRoles = ({ roles, personas }: Config): string[] => [
  ...new Set([...roles, ...Object.values(personas).map(({ role }) => role)]),
];

/** Builds the GraphQL schema of each role; a build warning deviates. */
export async function proveGraphql(url: string, config: Config): Promise<GraphqlProof> {
  return (await readGraphql(url, config))();
}

/** Proves both at once: the one keeps the server busy and the other this process. */
export async function proveAccessAndGraphql(
  url: string,
  config: Config,
): Promise<{ access: AccessProof; graphql: GraphqlProof }> {
  const build = await readGraphql(url, config);
  const [access, graphql] = await Promise.all([proveAccess(url, config), build()]);
  return { access, graphql };
}

interface GraphqlProof extends Omit<Proof, 'cells' | 'counts'> {
  /** The schemas, which `proveAnswers` asks. */
  readonly schemas: readonly BuiltSchema[];
}

async function readGraphql(url: string, config: Config): Promise<() => Promise<GraphqlProof>> {
  const { readForSchemas } = await import('../graphql/schema.ts');
  const { apiSummary } = await import('../graphql/summary/summary.ts');
  const { api, roles, snapshots, layout } = config;
  const schemas = await readForSchemas({ connectionString: url, schemas: api, roles });
  return async () => {
    const built = await schemas.build();
    return {
      schemas: built,
      files: new Map(
        built.flatMap(({ role, sdl, schema }) => [
          [`${snapshots}/schema.${role}.graphql`, sdl] as const,
          [apiFile(config, role), inLayout(apiSummary(role, schema), layout)] as const,
        ]),
      ),
      findings: {
        deviations: built.flatMap(({ role, warnings }) =>
          warnings.map((warning) => ({
            check: 'graphql' as const,
            where: `the schema of ${role}`,
            expected: 'a schema built without warnings',
            seen: warning,
            fix: 'Give the type a codec (src/graphql), rename one of the objects that conflict, or leave it out with a smart tag in its comment.',
          })),
        ),
        notEvaluated: [],
      },
    };
  };
}

/** Plans the queries on tables of the declared size, and holds the plans against what the query files expect. */
export async function provePlannedQueries(url: string, config: Config): Promise<Omit<Proof, 'cells' | 'counts'>> {
  if (!config.queries) return { files: new Map(), findings: mergeFindings([]) };
  const proof = await provePlans(url, config, config.queries);
  return { files: await snapshotFile(config, proof), findings: proof.findings };
}

/** Generates the TypeScript types of the API's schemas. */
export async function proveTypes(url: string, config: Config): Promise<Omit<Proof, 'cells' | 'counts'>> {
  const { generateTypes } = await import('../types/generate.ts');
  const types = await generateTypes(url, config.api, config.formatTypes);
  return { files: new Map([[config.types, types]]), findings: mergeFindings([]) };
}

/** The part of a project's database that the page of its structure describes, and in which order. */
export const structureScope = (config: Config): StructureScope => ({
  schemas: config.ruled.schemas,
  roles: clientRoles(config),
  host: config.legacy?.host?.schemas ?? [],
  older: Object.values(config.legacy?.mapping ?? {}).map(({ source }) => source),
});

/** Where the page of what a role can do in GraphQL is kept. */
export const apiFile = ({ snapshots }: Pick<Config, 'snapshots'>, role: string): string =>
  `${snapshots}/api.${role}.md`;

/** Where the structure is kept. */
export const structureFile = ({ snapshots }: Config): string => `${snapshots}/structure.md`;
