import type { Server } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import type { RehearsedProject } from './settings.ts';

/** A section of the report in addition to the account, such as the locks. It never decides the verdict. */
export interface ReportSection {
  readonly title: string;
  /** For the terminal, without the title. */
  readonly text: string;
  /** For the HTML report, below its heading: a fragment that needs nothing from outside, with everything escaped. */
  readonly html: string;
  /** For --format json. */
  readonly data: unknown;
}

/** The input of a section's builder. */
export interface SectionInput {
  readonly project: RehearsedProject;
  readonly kind: Server['kind'];
  /** `main` is the copy. `shadow` does not exist; a section may create it, and must drop it. */
  readonly urls: ConnectionStrings;
  /** Shows a line of progress. */
  tell(text: string): void;
}

/**
 * Builds a section. It is called when the copy is complete and not migrated yet. The function that it gives is called
 * after the migrations have run on the copy and the account is closed, or when they failed; it gives undefined where there
 * is nothing to show.
 */
export type SectionBuilder = (input: SectionInput) => Promise<() => Promise<ReportSection | undefined>>;
