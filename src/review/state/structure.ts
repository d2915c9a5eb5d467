import { readCatalog } from '../../catalog/catalog.ts';
import { readDefinitions } from '../../catalog/definitions.ts';
import { checkWhatWasRead } from '../../checks/run.ts';
import type { Config } from '../../config/schema.ts';
import { withClient } from '../../database/connect.ts';
import { structureScope } from '../../proof/prove.ts';
import type { StructureDifference } from '../../structure/compare.ts';
import { quoted } from '../../structure/describe/subject.ts';
import { describe } from '../../structure/describe.ts';
import { keepingStatements } from '../../structure/keep/keep.ts';
import type { Live } from '../../structure/keep/statement.ts';
import { type StructureFacts, sqlKey } from '../facts.ts';

/** Describes everything that DDL can change, with its SQL, and finds what breaks the rules for catalogs. */
export async function structureFacts(url: string, config: Config): Promise<StructureFacts> {
  const scope = structureScope(config);
  const within = { schemas: scope.schemas, rest: true };
  const { catalog, definitions } = await withClient(url, async (client) => ({
    catalog: await readCatalog(client, within),
    definitions: await readDefinitions(client, within),
  }));
  const objects = await describe(catalog, scope);
  const live: Live = { catalog, definitions, roles: scope.roles.map(quoted) };
  const all = objects.flatMap((object): StructureDifference[] => [
    { object, change: 'added' },
    ...object.parts.map((part) => ({ object, part, change: 'added' as const })),
  ]);
  return {
    objects,
    sql: Object.fromEntries(
      all.flatMap((one) => {
        const sql = definitionOf(one, live);
        return sql === '' ? [] : [[sqlKey(one.object, one.part), sql]];
      }),
    ),
    offences: (await checkWhatWasRead(catalog, config.api, config.ruled)).deviations,
  };
}

/** The statements that make an object or a part of one, without those that clear the way for them. */
function definitionOf(one: StructureDifference, live: Live): string {
  const statements = keepingStatements(one, live) ?? [];
  return statements.map(({ sql }) => sql.replace(CLEARING, '')).join('\n');
}

/** The first line of a definition that can run again: it drops what may be there. */
const CLEARING = /^(drop [^\n]*|alter table [^\n]* drop [^\n]*);\n/;
