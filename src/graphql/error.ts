import { UserError } from '../errors.ts';

/** A GraphQL schema can't be built or read: a role or schema is missing, names collide, a snapshot is no schema. */
export class GraphqlError extends UserError {
  override readonly name = 'GraphqlError';
}
