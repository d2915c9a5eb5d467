import { sortedBy } from '../../catalog/order.ts';
import { type Check, functionOf } from '../check.ts';

export const noLeakproof: Check = {
  id: 'no-leakproof',
  expected: 'no LEAKPROOF, or an exemption with the review',
  offences: ({ functions, policies, all }) => {
    const called = new Set(policies.flatMap(({ calls }) => Object.values(calls).map(({ name }) => name)));
    // A policy may call what is in no ruled schema.
    const others = all.functions.filter((one) => called.has(one.sql) && !functions.includes(one));
    return sortedBy(
      [...functions, ...others].filter(({ leakproof }) => leakproof),
      ({ identity }) => [identity],
    ).map(({ identity }) => ({ object: identity, seen: 'leakproof', evidence: functionOf(identity) }));
  },
};
