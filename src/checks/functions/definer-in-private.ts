import { sortedBy } from '../../catalog/order.ts';
import { type Check, functionOf } from '../check.ts';

export const definerInPrivate: Check = {
  id: 'definer-in-private',
  expected: 'security invoker, or a place in the private schema',
  offences: ({ functions, private: closed }) =>
    sortedBy(
      functions.filter(({ securityDefiner, schema }) => securityDefiner && schema !== closed),
      ({ identity }) => [identity],
    ).map(({ identity }) => ({ object: identity, seen: 'security definer', evidence: functionOf(identity) })),
};
