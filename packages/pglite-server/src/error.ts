/**
 * Why an engine cannot start:
 * `not-a-folder` something else has the folder's name, or that of one above it;
 * `not-writable` this user may not write there, or no user may;
 * `disk-full`;
 * `port-taken` another program listens on the port that was asked for, or this user may not;
 * `folder-held` another process serves the folder, and does not answer;
 * `failed` anything else.
 */
export type EngineErrorCode = 'not-a-folder' | 'not-writable' | 'disk-full' | 'port-taken' | 'folder-held' | 'failed';

/** An error for people: its message is one line that says what is wrong and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An error of the operating system, or of the engine, as one that a person can act on. */
export function explain(error: unknown, folder: string): EngineError {
  if (error instanceof EngineError) return error;
  const { code, message, syscall }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  if (syscall === 'listen') {
    const options = { cause: error };
    return new EngineError('port-taken', `The port can't be listened on (${code}). Name another, or none.`, options);
  }
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new EngineError(
        'not-a-folder',
        `${folder} has to be a folder, and it, or something above it, is a file. Move that file away, or name another folder.`,
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new EngineError(
        'not-writable',
        `${folder} cannot be written (${code}). Give this user the right to write there, or name another folder.`,
        { cause: error },
      );
    case 'ENOSPC':
      return new EngineError('disk-full', `There is no space left for ${folder}. Free some, or name another folder.`, {
        cause: error,
      });
    default:
      return new EngineError('failed', `The engine cannot start on ${folder}: ${message}`, { cause: error });
  }
}
