/** The file next to a database's files that holds the name of the database inside them. */
export const INSIDE = 'name';

/** The folder of a database's own files. */
export const DATA = 'data';
