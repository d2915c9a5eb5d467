import type { JudgedCell } from '../access/answer/judge.ts';
import type { Command, FunctionCell, Persona, PrivilegeCell } from '../access/model.ts';
import type { JudgedReach } from '../proof/reach.ts';
import type { Deviation } from '../report/deviation.ts';
import type { StructureObject } from '../structure/model.ts';
import type { RefusalKind } from './settings.ts';

/** A part of a state that was read, or why it could not be. */
export type FactsRead<T> = { readonly value: T } | { readonly why: string };

/** Whether a persona may execute a function, and whether that is declared. */
export interface JudgedCall extends FunctionCell {
  readonly declared: boolean;
}

/** Something that a caller can do with a row outside of the matrix, and that the spec does not allow. */
export interface OpenRow {
  /** The persona, or how the caller differs from the personas of its role. */
  readonly caller: string;
  /** Whether no persona is such a caller: it lacks claims, or has others. */
  readonly automatic: boolean;
  readonly table: string;
  readonly command: Command;
  /** The class of the row; one like those of a class differs from them in some value. */
  readonly row: string;
  readonly evidence: string;
}

/** The outcomes of probes. */
export interface AccessFacts {
  readonly cells: readonly JudgedCell[];
  readonly calls: readonly JudgedCall[];
  readonly privileges: readonly PrivilegeCell[];
  readonly openRows: readonly OpenRow[];
  /** Everything that roles of clients reach outside of the declared schemas. */
  readonly reached: readonly JudgedReach[];
}

/** The description of a database, and definitions in SQL. */
export interface StructureFacts {
  readonly objects: readonly StructureObject[];
  /** The definition of an object, or of a part of it, by `sqlKey`. */
  readonly sql: Readonly<Record<string, string>>;
  /** Of the rules for catalogs: what breaks one. */
  readonly offences: readonly Deviation[];
}

/** Something that a migration gave another name. */
export interface RenamedThing {
  /** The table that it belongs to, as it is called afterwards; null for what stands by itself. */
  readonly of: string | null;
  /** With the schema where it stands by itself. */
  readonly from: string;
  readonly to: string;
}

/** A migration that the base does not have. */
export interface AddedMigration {
  readonly file: string;
  /** Whether it is current.sql. */
  readonly current: boolean;
  readonly renamings: readonly RenamedThing[];
  /** Statements that no other migration can take back, in words. */
  readonly irreversible: readonly string[];
  /** Its comments that declare losses, as they are written. */
  readonly declarations: readonly string[];
  /** Whether it may do something to rows: without that it was not run on rows. */
  readonly touchesRows: boolean;
  /** Its effect on rows, a line for each table. */
  readonly rows: readonly string[];
  /** Losses that it does not declare, and declarations of what it does not do. */
  readonly losses: readonly Deviation[];
  /** Findings that keep it from being run again, or that it leaves in its session. */
  readonly offences: readonly Deviation[];
}

/** Where the migrations stopped. */
export interface MigrationFailure {
  /** The file, with the line where it is known. */
  readonly where: string;
  readonly why: string;
  readonly fix: string;
  readonly refusal: RefusalKind;
}

/** Everything that a review compares of one state of a project. */
export interface StateFacts {
  readonly project: string;
  readonly snapshots: string;
  readonly personas: readonly Persona[];
  readonly refuse: readonly RefusalKind[];
  readonly outsiders: readonly string[];
  readonly added: readonly AddedMigration[];
  readonly failure: MigrationFailure | null;
  readonly access: FactsRead<AccessFacts>;
  /** Role → SDL. */
  readonly graphql: FactsRead<Readonly<Record<string, string>>>;
  readonly structure: FactsRead<StructureFacts>;
  /** Step → seconds. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** The key of an object, or of a part of it, among the definitions. */
export const sqlKey = (
  { kind, name }: Pick<StructureObject, 'kind' | 'name'>,
  part?: { readonly kind: string; readonly name: string },
): string => [kind, name, ...(part ? [part.kind, part.name] : [])].join(' ');
