import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { depthLimit } from '@graphile/depth-limit';
import { GraphQLError, type ValidationContext, type ValidationRule } from 'graphql';
import type {} from 'postgraphile/grafserv';
import { rowsAsked } from './rows.ts';

/** The most that one request may ask for. The app's own documents stay far below. */
export const LIMITS = {
  /** Bytes of a request's body. */
  body: 20_000,
  /** Selection sets within each other. */
  depth: 8,
  /** Lists within each other. */
  listDepth: 3,
  aliases: 20,
  /** Fields, weighted by their depth. */
  cost: 2_000,
  /** Rows: the product of the pages asked for within each other, summed up. */
  rows: 2_000,
  /** Milliseconds that one statement may take. */
  statement: 3_000,
} as const;

/** The client is told of a refusal as of any other mistake in its document, instead of by an exception. */
const reported = {
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null, error: GraphQLError) => context?.reportError(error)],
};

const RULES: readonly ValidationRule[] = [
  depthLimit({ maxDepth: LIMITS.depth, maxListDepth: LIMITS.listDepth }),
  maxAliasesRule({ n: LIMITS.aliases, ...reported }) as ValidationRule,
  costLimitRule({
    maxCost: LIMITS.cost,
    objectCost: 2,
    scalarCost: 1,
    depthCostFactor: 1.5,
    ...reported,
  }) as ValidationRule,
];

/** Refuses documents beyond the limits: by their text before they are planned, by their variables before they run. */
export const LimitsPlugin: GraphileConfig.Plugin = {
  name: 'LimitsPlugin',
  version: '1.0.0',
  grafserv: {
    middleware: {
      setPreset(next, event) {
        event.validationRules.push(...RULES);
        return next();
      },
    },
  },
  grafast: {
    middleware: {
      execute(next, { args }) {
        const rows = rowsAsked(args);
        if (rows <= LIMITS.rows) return next();
        const amount = rows === Number.POSITIVE_INFINITY ? 'a list without `first` or `last`' : `up to ${rows} rows`;
        return { errors: [new GraphQLError(`It asks for ${amount}; at most ${LIMITS.rows} rows are given at once.`)] };
      },
    },
  },
};
