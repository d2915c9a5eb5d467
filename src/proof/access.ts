import type pg from 'pg';
import { type JudgedCell, judgeCells } from '../access/answer/judge.ts';
import { personaNamed, relationNamed } from '../access/answer/names.ts';
import type { CellReport } from '../access/answer/report.ts';
import { declaredFor, declaredForPersona, onlyRelation, probesOf } from '../access/answer/scope.ts';
import { type ExplainedFacts, explain } from '../access/explain/explain.ts';
import { policyTruths } from '../access/explain/truths.ts';
import { compareAll } from '../access/findings.ts';
import type { Persona } from '../access/model.ts';
import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { probe } from '../access/probe.ts';
import { makeUp, seed } from '../access/seed.ts';
import { holdSequences } from '../access/sequences.ts';
import { readSubject, type Subject } from '../access/subject.ts';
import { readGrants } from '../catalog/grants.ts';
import { isTable, type Relation } from '../catalog/relations.ts';
import { tableOf } from '../catalog/table.ts';
import type { Config } from '../config/schema.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { withoutPassword } from '../database/urls.ts';
import { mergeFindings } from '../report/deviation.ts';
import { proveReach } from './prove.ts';

/** Which cells of the matrix are asked about: all of them, those of one relation, those of one persona. */
export interface AccessQuestion {
  /** With its schema, or without one where that is enough. */
  readonly table?: string | undefined;
  readonly as?: string | undefined;
  /** Whether the rule is to be explained; needs a table. */
  readonly explain?: boolean;
}

/**
 * Answers who may do what in a database as it is, by probes in a transaction that is rolled back. A question about one relation
 * probes nothing else, and is answered about functions and other objects by nobody.
 * @throws AccessError when there is no such relation or persona
 */
export async function answerAccess(url: string, declared: Config, question: AccessQuestion): Promise<CellReport> {
  const config = withPlainNames(declared);
  const personas = personasOf(config);
  const asked = question.as === undefined ? undefined : personaNamed(question.as, personas);
  return withClient(
    url,
    async (client) => {
      const subject = await readSubject(client, config.proven, config.world);
      const { table } = question;
      const relation = table === undefined ? undefined : relationNamed(table, subject.relations, config.api);
      const scoped = relation ? onlyRelation(subject, relation) : subject;
      const all = await probe(client, scoped, personas, config);
      const probes = asked ? probesOf(all, asked) : all;
      const spec = relation ? declaredFor(config, relation) : config;
      const own = asked ? declaredForPersona(spec, asked, new Set(probes.sets.tellings.map(({ key }) => key))) : spec;
      const cells = judgeCells(probes, own.access, personas);
      const findings = [compareAll(probes, scoped, own, personas)];
      if (!relation && !asked) findings.push(await proveReach(client, config));
      const shown = asked ? [asked] : personas;
      return {
        name: config.name,
        database: withoutPassword(url),
        table: relation?.id ?? null,
        personas: shown,
        cells,
        findings: mergeFindings(findings),
        explanation:
          question.explain && relation ? explain(await factsOf(client, subject, relation, shown, cells, config)) : null,
      };
    },
    { pipeline: true },
  );
}

/** Evaluates the policies of a relation for the rows of the world, in a transaction that is rolled back. */
async function factsOf(
  client: pg.Client,
  subject: Subject,
  relation: Relation,
  personas: readonly Persona[],
  cells: readonly JudgedCell[],
  { world }: Pick<Config, 'world'>,
): Promise<ExplainedFacts> {
  const table = tableOf(subject.catalog, relation);
  const grants = await readGrants(client, { schemas: [relation.schema] });
  const truths = await rolledBack(client, async () => {
    await holdSequences(client);
    const { rows } = await seed(client, subject.all, world);
    const own = rows.filter((row) => row.relation.id === relation.id);
    return policyTruths(
      client,
      table,
      own.length > 0 || !isTable(relation) ? own : await makeUp(client, [relation]),
      personas,
    );
  });
  const { roles, memberships } = subject.catalog;
  return { table, cells, truths, personas, catalog: { grants, roles, memberships } };
}
