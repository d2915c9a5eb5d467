/** The SQLSTATE of an error that the server raised, such as `40P01`; undefined of any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
