/** A node of a parse tree on the way through it. */
export interface Visited {
  readonly type: string;
  /** The object whose one key is the type. */
  readonly node: unknown;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Whether the node is itself a condition: what a WHERE, ON, HAVING, WHEN, FILTER or CHECK depends on. */
  readonly isCondition: boolean;
  /** Whether it is a condition or within one. */
  readonly inCondition: boolean;
}

/** The conditions of a statement, by the type of the node that has them. */
const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  SelectStmt: ['whereClause', 'havingClause'],
  UpdateStmt: ['whereClause'],
  DeleteStmt: ['whereClause'],
  OnConflictClause: ['whereClause'],
  MergeStmt: ['joinCondition'],
  MergeWhenClause: ['condition'],
  JoinExpr: ['quals'],
  FuncCall: ['agg_filter'],
  CaseWhen: ['expr'],
  Constraint: ['raw_expr'],
  IndexStmt: ['whereClause'],
  CreateTrigStmt: ['whenClause'],
};

/**
 * Fields that are no behaviour, or no place for another value: modifiers of types, positions in ORDER BY and GROUP BY,
 * arguments and options of DDL, and the condition by which ON CONFLICT finds its index.
 */
const SKIPPED = new Set([
  'typmods',
  'arrayBounds',
  'sortClause',
  'groupClause',
  'options',
  'parameters',
  'infer',
  'func_args',
  'args_default',
]);

/** Nodes that the parser gives without their type: the two of a UNION, and what ON CONFLICT does. */
const UNTYPED: Readonly<Record<string, string>> = {
  'SelectStmt.larg': 'SelectStmt',
  'SelectStmt.rarg': 'SelectStmt',
  'InsertStmt.onConflictClause': 'OnConflictClause',
};

/** Every node of a tree, outermost first. */
export function* visit(tree: unknown, inCondition = false): Iterable<Visited> {
  if (typeof tree !== 'object' || tree === null) return;
  for (const [key, value] of Object.entries(tree)) {
    if (SKIPPED.has(key) || typeof value !== 'object' || value === null) continue;
    if (/^[A-Z]/.test(key)) yield* visitNode(key, tree, inCondition, false);
    else yield* visit(value, inCondition);
  }
}

function* visitNode(type: string, node: object, inCondition: boolean, isCondition: boolean): Iterable<Visited> {
  const fields = (node as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[type] ?? {};
  const within = inCondition || isCondition;
  yield { type, node, fields, isCondition, inCondition: within };
  for (const [key, below] of Object.entries(fields)) {
    if (SKIPPED.has(key) || typeof below !== 'object' || below === null) continue;
    const untyped = UNTYPED[`${type}.${key}`];
    if (CONDITIONS[type]?.includes(key)) yield* visitCondition(below);
    else if (untyped) yield* visitNode(untyped, { [untyped]: below }, within, false);
    else if (type === 'CaseExpr' && key === 'args' && fields.arg !== undefined) yield* visit(valuesOf(below), within);
    else if (type === 'SubLink' && fields.subLinkType === 'EXISTS_SUBLINK') yield* visit(withoutTargets(below), within);
    else yield* visit(below, within);
  }
}

function* visitCondition(node: object): Iterable<Visited> {
  const [type] = Object.keys(node);
  if (type) yield* visitNode(type, node, false, true);
}

/** The alternatives of CASE x WHEN …: they are values, and no conditions. */
const valuesOf = (alternatives: object): object[] =>
  Object.values(alternatives).flatMap(({ CaseWhen }: { CaseWhen?: object }) => Object.values(CaseWhen ?? {}));

/** Of what EXISTS reads, only whether there is a row counts. */
function withoutTargets(subselect: object): object {
  const { SelectStmt } = subselect as { SelectStmt?: Readonly<Record<string, unknown>> };
  const { targetList, ...rest } = SelectStmt ?? {};
  return SelectStmt ? { SelectStmt: rest } : subselect;
}
