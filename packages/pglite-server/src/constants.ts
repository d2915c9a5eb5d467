/** The engine is for this machine only. */
export const HOST = '127.0.0.1';

/** The process's own flags may not suit a thread (`--input-type`, `--inspect`), so threads get these instead. */
export const THREAD_FLAGS = ['--disable-warning=ExperimentalWarning'];
