import { readFile } from 'node:fs/promises';

/** The findings that a section of docs/advisors.md justifies, each with the reason. */
export type Justified = ReadonlyMap<string, string>;

/** Reads every table below a heading of level 2. @throws when there is none, a line has no reason, or a finding comes twice */
export async function justifiedIn(heading: string): Promise<Justified> {
  return readJustified(await readFile('docs/advisors.md', 'utf8'), heading);
}

export function readJustified(page: string, heading: string): Justified {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/advisors.md has no section "${heading}".`);
  const justified = new Map<string, string>();
  for (const line of section.split('\n')) {
    const [, finding, reason] = /^\| `([^`]+)` +\| (.*?) *\|$/.exec(line) ?? [];
    if (finding === undefined) continue;
    if (!reason) throw new Error(`docs/advisors.md gives no reason for ${finding}.`);
    if (justified.has(finding)) throw new Error(`docs/advisors.md justifies ${finding} twice.`);
    justified.set(finding, reason);
  }
  return justified;
}

/** What is found and not justified, and what is justified and not found. */
export function unsettled(found: readonly string[], justified: Justified): string[] {
  const seen = new Set(found);
  return [
    ...found.filter((finding) => !justified.has(finding)).map((finding) => `not justified: ${finding}`),
    ...[...justified.keys()].filter((finding) => !seen.has(finding)).map((finding) => `no longer found: ${finding}`),
  ];
}
