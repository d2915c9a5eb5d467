import type pg from 'pg';
import { judgeCells } from '../access/answer/judge.ts';
import { personaNamed, relationNamed } from '../access/answer/names.ts';
import type { CellReport } from '../access/answer/report.ts';
import { declaredFor, declaredForPersona, onlyRelation, probesOf } from '../access/answer/scope.ts';
import { explain } from '../access/explain/explain.ts';
import { type ClauseTruth, policyTruths } from '../access/explain/truths.ts';
import { compareAll } from '../access/findings.ts';
import type { Persona } from '../access/model.ts';
import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { probeSeeded } from '../access/probe.ts';
import type { ProbeScope } from '../access/scope.ts';
import { type SeededWorld, withWorld } from '../access/seeded.ts';
import { readSubject, type Subject } from '../access/subject.ts';
import { readGrants } from '../catalog/grants.ts';
import type { Relation } from '../catalog/relations.ts';
import { tableOf } from '../catalog/table.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { withoutPassword } from '../database/urls.ts';
import { mergeFindings } from '../report/deviation.ts';
import { proveReach } from './reach.ts';

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
 * probes that relation alone: no function, and no privilege on a schema or sequence.
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
      const shown = asked ? [asked] : personas;
      const { all, truths } = await withWorld(client, subject, config.world, async (seeded) => ({
        all: await probeSeeded(client, subject, seeded, personas, config, scopeOf(relation, asked)),
        truths: question.explain && relation ? await truthsOf(client, subject, relation, seeded, shown) : [],
      }));
      const probes = asked ? probesOf(all, asked) : all;
      const scoped = relation ? onlyRelation(subject, relation) : subject;
      const spec = relation ? declaredFor(config, relation) : config;
      const own = asked ? declaredForPersona(spec, asked, probes) : spec;
      const cells = judgeCells(probes, own.access, personas);
      const findings = [compareAll(probes, scoped, own, personas)];
      if (!relation && !asked) findings.push(await proveReach(client, config));
      return {
        name: config.name,
        database: withoutPassword(url),
        table: relation?.id ?? null,
        personas: shown,
        cells,
        findings: mergeFindings(findings),
        explanation:
          question.explain && relation
            ? explain({
                table: tableOf(subject.catalog, relation),
                cells,
                truths,
                personas: shown,
                grants: await readGrants(client, { schemas: [relation.schema] }),
                roles: subject.catalog.roles,
                memberships: subject.catalog.memberships,
              })
            : null,
      };
    },
    { pipeline: true },
  );
}

/** The part of a proof that answers the question: a question about a relation is none about functions, schemas and sequences. */
const scopeOf = (relation: Relation | undefined, asked: Persona | undefined): ProbeScope => ({
  ...(relation ? { relations: new Set([relation.id]), functions: new Set(), objects: false } : {}),
  ...(asked ? { personas: new Set([asked.name]) } : {}),
});

/** Evaluates the policies of a relation for its rows of the world. */
function truthsOf(
  client: pg.Client,
  { catalog }: Subject,
  relation: Relation,
  { rows }: SeededWorld,
  personas: readonly Persona[],
): Promise<ClauseTruth[]> {
  const own = rows.filter((row) => row.relation.id === relation.id);
  return policyTruths(client, tableOf(catalog, relation), own, personas);
}
