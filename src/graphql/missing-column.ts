import type { PgCodecWithAttributes, PgResource } from 'postgraphile/@dataplan/pg';
import type { GrantedColumn } from '../catalog/granted.ts';

/** Why a column is not in a schema: the rule that leaves it out, or else what to do about it. */
export interface MissingColumn {
  readonly rule?: string;
  readonly remedy?: string;
}

/**
 * @param relation what PostGraphile made of the table or view, if anything
 * @param failed whether the build had errors, which explain more than a smart comment does
 */
export function missingColumn(
  build: GraphileBuild.Build,
  { column, type }: GrantedColumn,
  relation: PgResource | undefined,
  failed: boolean,
): MissingColumn {
  const attribute = relation?.codec.attributes?.[column];
  if (!relation || !attribute) {
    return {
      remedy: `PostGraphile has no codec for the type ${type}: use another type, revoke select on the column from the role, or add a codec plugin.`,
    };
  }
  const codec = relation.codec as PgCodecWithAttributes;
  if (!build.behavior.pgCodecAttributeMatches([codec, column], 'attribute:select')) {
    const tagged = attribute.extensions?.tags?.behavior !== undefined;
    return { rule: tagged ? 'its smart comment @behavior says so' : `PostGraphile hides columns of type ${type}` };
  }
  if (failed) return { remedy: 'Fix the build errors at the beginning of this list.' };
  if (codec.extensions?.tags?.behavior !== undefined) {
    return { rule: 'the smart comment @behavior of its table says so' };
  }
  return { remedy: 'Give it a name that no other field of its type has, or revoke select on it from the role.' };
}
