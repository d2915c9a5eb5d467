import type { Config } from '../config/define.ts';
import type { Server } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';

/** A part of the report that is made beside the account, such as the locks. It never decides the verdict. */
export interface Section {
  readonly title: string;
  /** For the terminal, without the title. */
  readonly text: string;
  /** For the HTML report, below its heading: a fragment that needs nothing from outside, with everything escaped. */
  readonly html: string;
  /** For --format json. */
  readonly data: unknown;
}

/** A rehearsal as the makers of sections see it. */
export interface Rehearsal {
  readonly config: Config;
  readonly kind: Server['kind'];
  /** `main` is the copy. `shadow` does not exist; its name is free to use, and who uses it drops it. */
  readonly urls: ConnectionStrings;
  /** Shows a line of progress. */
  tell(text: string): void;
}

/**
 * Called when the copy is complete and nothing has migrated it yet. What it gives is called when the migrations have
 * run on the copy and the account is closed, or when they failed; it gives nothing where there is nothing to say.
 */
export type SectionMaker = (rehearsal: Rehearsal) => Promise<() => Promise<Section | undefined>>;
