import { buildSchema, type GraphQLSchema } from 'graphql';
import { GraphqlError } from './error.ts';

/** One difference between two GraphQL schemas, and what it does to clients written for the first. */
export interface SchemaChange {
  readonly criticality: 'BREAKING' | 'DANGEROUS' | 'NON_BREAKING';
  readonly message: string;
  /** Where, as `Type.field.argument`; undefined when it concerns the schema itself. */
  readonly path: string | undefined;
}

const ORDER = ['BREAKING', 'DANGEROUS', 'NON_BREAKING'] as const;

/**
 * Compares two schemas by what they mean rather than by their text.
 * @param beforeSdl undefined when there was no schema: no client can depend on it, and there is nothing to report
 * @returns the changes, those that break clients first, then by path and message
 * @throws GraphqlError when one of the texts is no GraphQL schema
 */
export async function diffSchemas(beforeSdl: string | undefined, afterSdl: string): Promise<SchemaChange[]> {
  if (beforeSdl === undefined || beforeSdl === afterSdl) return [];
  const { diff } = await import('@graphql-inspector/core');
  const changes = await diff(parseSchema(beforeSdl, 'before'), parseSchema(afterSdl, 'after'));
  return changes
    .map(({ criticality, message, path }) => ({ criticality: criticality.level, message, path }))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.criticality) - ORDER.indexOf(b.criticality) ||
        compare(a.path ?? '', b.path ?? '') ||
        compare(a.message, b.message),
    );
}

/** Reads the text of a schema. @throws GraphqlError when it is none */
export function parseSchema(sdl: string, which: 'before' | 'after'): GraphQLSchema {
  try {
    return buildSchema(sdl);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraphqlError(`The schema ${which} the change cannot be parsed: ${reason}. Write the snapshots again.`, {
      cause,
    });
  }
}

// By code unit, not by the machine's language: the same order everywhere.
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
