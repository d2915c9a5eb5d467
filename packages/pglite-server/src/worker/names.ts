/** The file beside a database's files that says what the database is called inside them. */
export const INSIDE = 'name';

/** The folder of a database's own files. */
export const DATA = 'data';
