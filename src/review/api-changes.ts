import { diffSchemas } from '../graphql/diff.ts';

/** One change of an API, or several that are alike. */
export interface ApiChange {
  readonly level: 'breaking' | 'dangerous' | 'safe';
  /** Where, as `Type.field.argument`. */
  readonly path: string;
  readonly message: string;
  /** How many changes it stands for. */
  readonly count: number;
}

const LEVEL_OF = { BREAKING: 'breaking', DANGEROUS: 'dangerous', NON_BREAKING: 'safe' } as const;

/** The changes between two GraphQL schemas, given as SDL. */
export async function apiChanges(before: string, after: string): Promise<readonly ApiChange[]> {
  return (await diffSchemas(before, after)).map(({ criticality, message, path = '' }) => ({
    level: LEVEL_OF[criticality],
    path,
    message,
    count: 1,
  }));
}
