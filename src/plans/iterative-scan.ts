import type pg from 'pg';
import { readFunctions } from '../catalog/functions.ts';
import { readIndexes } from '../catalog/indexes.ts';
import { loadParser } from '../sql/references.ts';
import { type SettingChange, settingChanges } from '../sql/setting-changes.ts';
import type { CallingFunction } from './model.ts';

/**
 * The access methods whose scans end before all rows are found, and the setting that lets a scan go on: pgvector's
 * (since 0.8), and VectorChord's, which has none. Methods that search on by themselves are not here.
 */
const METHODS: Readonly<Record<string, string | undefined>> = {
  hnsw: 'hnsw.iterative_scan',
  ivfflat: 'ivfflat.iterative_scan',
  vchordrq: undefined,
};

export const ITERATIVE_SETTINGS: readonly string[] = Object.values(METHODS).filter((name) => name !== undefined);

/** An index that finds some of the rows, and the setting that makes it search on; undefined when there is none. */
export interface ApproximateIndex {
  readonly name: string;
  readonly method: string;
  /** Its table, as `schema.name`. */
  readonly table: string;
  readonly setting: string | undefined;
}

/** The settings that decide whether a scan of an approximate index goes on. */
export interface ApproximateScans {
  /** By the schema and name of the index, as `schema.name`. */
  readonly indexes: ReadonlyMap<string, ApproximateIndex>;
  /** The functions that change one of the settings. */
  readonly routines: readonly RoutineSettings[];
}

interface RoutineSettings {
  readonly schema: string;
  readonly name: string;
  /** Of its SET clauses. */
  readonly clauses: Readonly<Record<string, string>>;
  /** Of its body. */
  readonly changes: readonly SettingChange[];
}

/** Where a statement runs: inside of which functions, in a session with which settings. */
interface StatementPlace {
  readonly callers: readonly CallingFunction[];
  readonly settings: Readonly<Record<string, string>>;
}

/** Reads the approximate indexes of all schemas; and of their functions, those that change how such indexes search. */
export async function readApproximateScans(client: pg.Client): Promise<ApproximateScans> {
  const every = { schemas: [], rest: true };
  const indexes = (await readIndexes(client, every)).filter(({ method }) => method in METHODS);
  if (indexes.length === 0) return { indexes: new Map(), routines: [] };
  await loadParser();
  const routines = (await readFunctions(client, every)).map((routine) => ({
    schema: routine.schema,
    name: routine.name,
    clauses: Object.fromEntries(routine.settings.map(clauseOf)),
    // Parsing takes time: only a body with the name in it can change the setting.
    changes: ITERATIVE_SETTINGS.some((name) => routine.source.includes(name)) ? settingChanges(routine) : [],
  }));
  return {
    indexes: new Map(
      indexes.map(({ id, name, method, table }) => [id, { name, method, table, setting: METHODS[method] }]),
    ),
    routines,
  };
}

/**
 * Whether a scan of the index goes on until the statement has its rows: its setting is not `off`. The innermost function
 * that sets it decides, by the last change before the statement or else by its SET clause; otherwise the session does. A
 * value that is not a constant counts as off, and so does one that another function set and left behind.
 */
export function iterates(
  { setting }: ApproximateIndex,
  { callers, settings }: StatementPlace,
  { routines }: ApproximateScans,
): boolean {
  if (setting === undefined) return false;
  for (const { schema, name, at } of callers) {
    // The context of a message does not say which of several functions of one name it is: all must agree.
    const values = routines
      .filter((one) => one.name === name && (schema === undefined || one.schema === schema))
      .map(
        (one) => one.changes.findLast((change) => change.name === setting && change.at <= at) ?? clause(one, setting),
      )
      .filter((found) => found !== undefined);
    if (values.length > 0) return values.every(({ value }) => isOn(value));
  }
  return isOn(settings[setting]);
}

const isOn = (value: string | undefined): boolean => value !== undefined && value !== 'off';

function clause({ clauses }: RoutineSettings, setting: string): { value: string } | undefined {
  const value = clauses[setting];
  return value === undefined ? undefined : { value };
}

/** Of `name=value`, as the catalog has it. */
function clauseOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
