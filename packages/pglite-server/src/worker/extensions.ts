import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { PGlite } from '@electric-sql/pglite';

/** Where PGlite has PostgreSQL installed, inside its own file system. */
const INSTALLED = '/pglite';
const ARCHIVE = '.tar.gz';
/** Archives that hold extensions of other names. */
const INSIDE: Record<string, string[]> = { spi: ['autoinc', 'insert_username', 'moddatetime', 'refint'] };

const folder = new URL('.', import.meta.resolve('@electric-sql/pglite'));

/** The extensions that PGlite brings, each with the archive that holds it. */
function archives(): Map<string, string> {
  const names = readdirSync(fileURLToPath(folder))
    .filter((file) => file.endsWith(ARCHIVE))
    .map((file) => file.slice(0, -ARCHIVE.length));
  return new Map(names.flatMap((name) => (INSIDE[name] ?? [name]).map((each) => [each, name])));
}

/** Puts the files of PGlite's extensions where its backend looks for them, once each, when they are needed. */
export class Extensions {
  #files: PGlite['Module']['FS'];
  #archives: Map<string, string> | null = null;
  #loaded = new Set<string>();

  constructor(pglite: PGlite) {
    this.#files = pglite.Module.FS;
  }

  /** Loads the extensions whose names are in a text, and those that they require. */
  loadNamed(text: string): void {
    for (const word of text.match(/[\w-]+/g) ?? []) this.load(word.toLowerCase());
  }

  load(name: string): void {
    this.#archives ??= archives();
    const archive = this.#archives.get(name);
    if (archive === undefined || this.#loaded.has(archive)) return;
    this.#loaded.add(archive);
    const packed = readFileSync(new URL(archive + ARCHIVE, folder));
    for (const { path, content } of tarFiles(gunzipSync(packed))) {
      const file = posix.join(INSTALLED, path);
      if (this.#files.analyzePath(file).exists) continue;
      this.#files.mkdirTree(posix.dirname(file));
      this.#files.writeFile(file, content);
      if (!path.endsWith('.control')) continue;
      const [, required = ''] = /^requires\s*=\s*'([^']*)'/m.exec(content.toString('utf8')) ?? [];
      for (const other of required.split(',')) this.load(other.trim());
    }
  }
}

/** The regular files of a tar archive (POSIX ustar). */
function tarFiles(archive: Buffer): { path: string; content: Buffer }[] {
  const files: { path: string; content: Buffer }[] = [];
  const text = (from: number, to: number) => archive.toString('utf8', from, to).split('\0', 1)[0] ?? '';
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, at + 136), 8) || 0;
    const type = text(at + 156, at + 157);
    const path = posix.join(text(at + 345, at + 500), text(at, at + 100));
    if (type === '0' || type === '') files.push({ path, content: archive.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
