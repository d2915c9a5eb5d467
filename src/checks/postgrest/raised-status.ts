import type { DatabaseFunction } from '../../catalog/functions.ts';
import { sortedBy } from '../../catalog/order.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { raisedCodes } from '../../sql/raised-codes.ts';
import type { Check } from '../check.ts';
import { httpStatusOf } from '../http-status.ts';

export const raisedStatus: Check = {
  id: 'raised-status',
  expected: 'every code that it raises has an HTTP status of 400 to 499, or is a PT code that says another error',
  offences: ({ functions, postgrest }) =>
    !postgrest
      ? []
      : sortedBy(functions, ({ identity }) => [identity]).flatMap((routine) => {
          const seen = wrongCodesOf(routine);
          if (seen.length === 0) return [];
          return [
            {
              object: routine.identity,
              seen: seen.join(', '),
              evidence: `select prosrc from pg_proc where oid = ${quoteLiteral(routine.identity)}::regprocedure;`,
            },
          ];
        }),
};

function wrongCodesOf(routine: DatabaseFunction): string[] {
  let raised: ReturnType<typeof raisedCodes>;
  try {
    raised = raisedCodes(routine);
  } catch {
    return ['a body that the parser does not understand, so that its codes are unknown'];
  }
  return [
    ...raised.codes.flatMap((code) => {
      const status = httpStatusOf(code);
      if (status === undefined) return [`${code}, whose status is in a text that is not read`];
      // What a PT code says was written for HTTP, also that the server can't.
      return (status >= 400 && status < 500) || (code === `PT${status}` && status >= 500 && status < 600)
        ? []
        : [`${code}, which PostgREST answers with ${status}`];
    }),
    ...raised.computed.map((expression) => `a code that is computed: ${expression}`),
  ];
}
