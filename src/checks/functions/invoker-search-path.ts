import { sortedBy } from '../../catalog/order.ts';
import { isParsedBody } from '../../sql/references.ts';
import { type Check, functionOf } from '../check.ts';
import { PINNED_PATH } from './definer-search-path.ts';

/** The names of these are looked up when they are made, or never. */
const RESOLVED = ['c', 'internal'];

/** A definer function that calls an invoker lends it the definer's rights, and with them everything that its path finds. */
export const invokerSearchPath: Check = {
  id: 'invoker-search-path',
  expected: `set ${PINNED_PATH.replace('=', ' = ')}`,
  offences: ({ functions }) =>
    sortedBy(
      functions.filter(
        ({ securityDefiner, settings, kind, language, source }) =>
          !securityDefiner &&
          (kind === 'function' || kind === 'procedure') &&
          !RESOLVED.includes(language) &&
          !(language === 'sql' && isParsedBody(source)) &&
          !settings.includes(PINNED_PATH),
      ),
      ({ identity }) => [identity],
    ).map(({ identity, settings }) => ({
      object: identity,
      seen: settings.length > 0 ? settings.join(', ') : 'the caller’s search_path',
      evidence: functionOf(identity),
    })),
};
