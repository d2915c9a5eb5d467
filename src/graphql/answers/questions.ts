import type pg from 'pg';
import type { ProbedRow } from '../../access/seed.ts';
import type { DatabaseFunction } from '../../catalog/functions.ts';
import type { Relation } from '../../catalog/relations.ts';
import type { BuiltSchema } from '../schema.ts';
import { type ArgumentsOf, type CalledField, calledFields } from './calls.ts';
import { documentsOf } from './documents.ts';
import { computedQuestions, functionQuestions } from './functions.ts';
import { listQuestions } from './lists.ts';
import type { AnswerTable, FieldQuestion } from './model.ts';
import type { MutableRecord } from './mutations.ts';
import { asPersona } from './read.ts';
import { nodeFields, nodeIdField, recordFields, recordQuestions, relationQuestions } from './records.ts';
import { buildOf, tablesOf } from './tables.ts';
import { type Variables, variables } from './variables.ts';
import { type StoredRecord, worldRecords } from './world.ts';

/** The catalogs, the rows of the world and the arguments of functions, of which questions are made. */
export interface AnswerWorld {
  readonly relations: readonly Relation[];
  readonly functions: readonly DatabaseFunction[];
  readonly rows: readonly ProbedRow[];
  readonly argumentsOf: ArgumentsOf;
}

/** All that a schema is asked, by whatever persona has its role. */
export interface SchemaQuestions {
  readonly given: Variables;
  readonly tables: readonly AnswerTable[];
  readonly records: readonly MutableRecord[];
  readonly fields: readonly CalledField[];
  readonly questions: readonly FieldQuestion[];
}

/**
 * Makes the questions about one schema, in the open transaction, in which the world is: its lists with their conditions and
 * orders, each row of the world by each of its keys, what it is related to, what is computed of it, and every function.
 */
export async function schemaQuestions(
  client: pg.Client,
  built: BuiltSchema,
  { relations, functions, rows, argumentsOf }: AnswerWorld,
): Promise<SchemaQuestions> {
  const given = variables(built.schema);
  const tables = tablesOf(built, relations);
  const found = await worldRecords(client, buildOf(built), tables, rows);
  const records = await withIds(client, built, found, given);
  const fields = await calledFields(client, built, functions, argumentsOf);
  return {
    given,
    tables,
    records,
    fields,
    questions: [
      ...listQuestions(built, tables, records, given),
      ...records.flatMap((record) => aboutRecord(built, tables, fields, record, given)),
      ...functionQuestions(built, tables, fields, given),
    ],
  };
}

function aboutRecord(
  built: BuiltSchema,
  tables: readonly AnswerTable[],
  fields: readonly CalledField[],
  record: MutableRecord,
  given: Variables,
): FieldQuestion[] {
  const byKey = recordFields(built, record, given);
  const byId = record.id === undefined ? [] : nodeFields(built, record, record.id, given);
  const [first, ...others] = [...byKey, ...byId];
  return [
    ...recordQuestions(first ? [first, ...(record.isFirst ? others : [])] : [], record),
    ...(first ? relationQuestions(built, tables, first, record) : []),
    ...(first ? computedQuestions(built, tables, fields, first, record, given) : []),
  ];
}

/** The records with their global ids, as the connection's own user is given them. */
async function withIds(
  client: pg.Client,
  built: BuiltSchema,
  records: readonly StoredRecord[],
  given: Variables,
): Promise<MutableRecord[]> {
  const asked = records.map((record) => {
    const idField = nodeIdField(built, record.table);
    const [field] = idField ? recordFields(built, record, given) : [];
    return field && idField
      ? {
          of: field.shown,
          object: record.table.relation.id,
          parent: field.text,
          selection: idField,
          variables: field.variables,
          sql: '',
          columns: [],
          hasTotal: false,
          ordered: false,
          rowsOf: (node: unknown) => ({ rows: node ? [(node as Record<string, string>)[idField] ?? ''] : [] }),
        }
      : undefined;
  });
  const ids = new Map<FieldQuestion, string>();
  await asPersona(client, built, undefined, async (ask) => {
    for (const document of documentsOf(
      asked.filter((one) => one !== undefined),
      given,
    )) {
      for (const [index, answer] of document.answers(await ask(document)).entries()) {
        const question = document.questions[index];
        const [id] = question && 'given' in answer ? question.rowsOf(answer.given).rows : [];
        if (question && id) ids.set(question, id);
      }
    }
  });
  const firsts = new Set(new Map(records.toReversed().map((record) => [record.table, record])).values());
  return records.map((record, index) => {
    const question = asked[index];
    return { ...record, id: question && ids.get(question), isFirst: firsts.has(record) };
  });
}
