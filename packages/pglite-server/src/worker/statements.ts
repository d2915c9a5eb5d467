import type { Preparation, RunRequest } from '../messages.ts';
import { mentionsDeallocation } from '../sql/mentions.ts';

/** Which prepared statements the backend has; the unnamed one belongs to the client that parsed it last. */
export class Statements {
  #named = new Set<string>();
  #unnamedOwner: number | null = null;

  /** The statements that must be prepared again before an exchange, because the backend no longer has what it uses. */
  missing(run: RunRequest): Preparation[] {
    const missing = run.uses.filter(({ statement }) =>
      statement === '' ? this.#unnamedOwner !== run.client : !this.#named.has(statement),
    );
    for (const { statement } of missing) this.#add(run.client, statement);
    return missing;
  }

  /** Takes in what an exchange did: its first Parse messages succeeded, the others never ran. */
  ran(run: RunRequest, parsed: number): void {
    for (const statement of run.closes) this.#named.delete(statement);
    for (const statement of run.parses.slice(0, parsed)) this.#add(run.client, statement);
    if (run.bytes[0] === 'Q'.charCodeAt(0)) this.#unnamedOwner = null;
    if (run.texts.some((text) => mentionsDeallocation(text))) this.#named.clear();
  }

  /** Those of the statements that the backend has; it is about to lose them. */
  present(statements: string[]): string[] {
    return statements.filter((statement) => this.#named.delete(statement));
  }

  clearUnnamed(): void {
    this.#unnamedOwner = null;
  }

  #add(client: number, statement: string): void {
    if (statement === '') this.#unnamedOwner = client;
    else this.#named.add(statement);
  }
}
