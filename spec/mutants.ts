import type { Config } from '../src/index.ts';

const CLOSED = 'No client role may enter schema legacy, and nothing writes there: it is what the redesign put aside.';
const NUMBERS = 'test/spec/functions/constants.test.ts: these are all numbers of all functions';
const ERRORS = 'test/spec/functions/error-codes.test.ts: $by raises $code $error';
const RANGES = 'test/spec/functions/constants.test.ts: $title: from $low to $high';

/** Mutants that no probe of the proof notices, each for a reason or with the test that does (docs/mutate.md). */
export const mutants: NonNullable<Config['mutants']> = {
  equivalent: {
    'check-* legacy.*': CLOSED,
    'default-* legacy.*': CLOSED,
    'primary-key-dropped legacy.*': CLOSED,
    'view-security-barrier legacy_api.*':
      'Its views hide no row by themselves: they read with the rights of their caller, whom row security holds back.',
    'function-security-definer private.audit_refuse()': 'All that it does is to refuse.',
  },
  killedBy: {
    'body-constant * detail = jsonb_build_object(*': ERRORS,
    'body-constant private.* limit least(greatest(coalesce(p_limit, *': NUMBERS,
    'body-arm-dropped private.begin_request(*) or p_*': RANGES,
    'body-or-to-and private.begin_request(*) or p_*': RANGES,
    'body-constant private.begin_request(* not between *': NUMBERS,
  },
};
