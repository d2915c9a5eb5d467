/** The kinds of objects that have privileges; a partition is a table, a procedure and an aggregate are functions. */
export type PrivilegedKind =
  | 'schema'
  | 'table'
  | 'view'
  | 'materialized view'
  | 'foreign table'
  | 'sequence'
  | 'function'
  | 'type'
  | 'language'
  | 'foreign server'
  | 'foreign-data wrapper'
  | 'tablespace'
  | 'parameter'
  | 'database'
  | 'large object';

/** Something that has privileges. */
export interface GrantedObject {
  readonly kind: PrivilegedKind;
  readonly schema: string | null;
  /** As people write it: `schema.name`, of a function with the types of its input; of a large object, its id. */
  readonly id: string;
  /** The same, quoted where SQL needs it; of a function without types. */
  readonly sql: string;
  /** The same, as the server's functions has_…_privilege() take it. */
  readonly asked: string;
  /** Whose it is; null for a parameter. */
  readonly owner: string | null;
  /** Whether it works with its owner's rights: a view, or a function that is a security definer. */
  readonly ownersRights: boolean;
  /** The extension that owns it. */
  readonly extension: string | null;
  /** Whether it is in pg_catalog or information_schema. */
  readonly builtIn: boolean;
  /** A column of it that can be named, quoted where SQL needs it. */
  readonly anyColumn: string | null;
  /** How a function is called; null where a call can't be written without values. */
  readonly call: string | null;
}

/** A privilege on an object, or on one of its columns, that a role or everybody has. */
export interface OpenPrivilege {
  readonly object: GrantedObject;
  /** The column, quoted where SQL needs it; null when it is for all of the object. */
  readonly column: string | null;
  /** As PostgreSQL names it, or `ownership`. */
  readonly privilege: string;
  /** The role, or `public`. */
  readonly grantee: string;
  /** Whether the role that ran the migrations owns the object, or granted the privilege. */
  readonly ours: boolean;
  /** Whether PostgreSQL, or the object's extension, gives it by itself. */
  readonly initial: boolean;
}
