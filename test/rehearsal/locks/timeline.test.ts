import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { observationHtml } from '../../../src/rehearsal/locks/html.ts';
import type { LocksObservation, UnderLoadRun } from '../../../src/rehearsal/locks/observation.ts';
import { observationText } from '../../../src/rehearsal/locks/text.ts';
import { timeline } from '../../../src/rehearsal/locks/timeline.ts';

function underLoadOf(name: string): UnderLoadRun {
  const operation = {
    calls: 3,
    usualMs: 1,
    longestUnblockedMs: 2,
    waits: 1,
    longestWaitMs: 900,
    p95WaitMs: 900,
    refused: 1,
    refusedSince: 1_000,
    refusal: name,
    failures: [name],
    spans: {
      waiting: [{ from: 110, to: 1_010 }],
      refused: [{ from: 1_010, to: 1_500 }],
      failed: [{ from: 100, to: 105 }],
    },
  };
  const behind = { migration: name, statement: 1, running: 2 };
  const wait = { table: name, mode: 'ACCESS SHARE', behind, outcome: 'refused' } as const;
  return {
    thinkMs: 50,
    sampleMs: 15,
    to: 1_500,
    tables: [name, 'auth.users'],
    migrations: [{ name, from: 100, to: 1_000, statements: [{ from: 100, to: 900 }], rolledBack: [name] }],
    held: [
      { table: name, mode: 'AccessExclusiveLock', migration: name, statement: 1, from: 105, to: 1_000 },
      { table: 'auth.users', mode: 'ShareLock', migration: name, statement: 1, from: 105, to: 1_000 },
    ],
    operations: [
      { ...operation, name, kind: 'read' },
      { ...operation, name: `${name}2`, kind: 'write' },
    ],
    waits: [{ ...wait, operation: name, kind: 'read', from: 110, to: 1_010 }],
    migratorWaits: [{ migration: name, statement: 1, from: 100, to: 102 }],
    notEvaluated: [{ operation: name, why: name }],
  };
}

function observationOf(name: string): LocksObservation {
  const statement = {
    number: 1,
    head: name,
    ms: 800,
    nested: [{ sql: name, head: name, ms: 700 }],
    locks: [{ table: name, mode: 'AccessExclusiveLock' as const }],
    released: [],
    rows: [{ table: name, inserted: 1, updated: 0, deleted: 2 }],
    rewritten: [{ relation: name, kind: 'table' as const, bytes: 8_192 }],
    created: [],
    dropped: [name],
    wal: 1_000,
  };
  const migration = { name, transaction: true, statements: [statement], commitMs: 3 };
  return { alone: { migrations: [migration], others: 2, structure: [] }, underLoad: underLoadOf(name) };
}

/** What stands in markup besides tags: unmatched tags and attributes that a name broke out of would show. */
function openTags(markup: string): string[] {
  const open: string[] = [];
  for (const [, closing, tag, selfClosing] of markup.matchAll(
    /<(\/)?([a-z0-9]+)(?:\s+[\w:-]+="[^"<]*"| open)*\s*(\/)?>/gi,
  )) {
    if (closing) expect(open.pop()).toBe(tag);
    else if (!selfClosing) open.push(tag ?? '');
  }
  return open;
}

test('whatever characters names hold, the report is well-formed markup and runs no script', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.constantFrom('</svg>', '"><script>alert(1)</script>', "' onload='x", '&amp;<'),
  );
  fc.assert(
    fc.property(nasty, (name) => {
      const html = observationHtml(observationOf(name)).text;
      expect(openTags(html)).toEqual([]);
      expect(html.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<script|<[^>]*\son\w+=/i);
    }),
  );
});

test('the timeline has a title and a description, and says in words what its colours say', () => {
  const svg = timeline(underLoadOf('public.notes'), 'A reader waited at most 900 ms.').text;
  expect(svg).toMatch(/role="img" aria-labelledby="locks-title locks-description"/);
  expect(svg).toContain('<desc id="locks-description">A reader waited at most 900 ms.</desc>');
  expect(svg).toContain('ACCESS EXCLUSIVE, 895 ms');
  expect(svg).toContain('SHARE, 895 ms');
  expect(svg).toContain('<title>auth.users: SHARE, 895 ms, taken by public.notes 1; keeps writers waiting</title>');
  expect(svg).toContain('readers and writers wait');
});

test('nothing in the timeline lies outside of it', () => {
  const svg = timeline(underLoadOf('public.notes'), '').text;
  const [, width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
  for (const [, x, y, across, down] of svg.matchAll(
    /<rect[^>]* x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
  )) {
    expect(Number(x) + Number(across)).toBeLessThanOrEqual(width);
    expect(Number(y) + Number(down)).toBeLessThanOrEqual(height);
  }
});

test('the terminal shows the verdict, the tables, the waits and the statements', () => {
  const text = observationText(observationOf('app.notes'));
  expect(text).toMatch(/^A reader waited at most 900 ms \(app\.notes, for app\.notes, behind app\.notes 1\)\.$/m);
  expect(text).toContain('app.notes: ACCESS EXCLUSIVE for 895 ms, since app.notes 1');
  expect(text).toContain('read "app.notes" waited 1 time: at most 900 ms');
  expect(text).toContain('Alone on the copy: 1 statement in 803 ms, 1.0 kB of WAL, 1 rewrite of a table or index.');
  expect(text).toContain('"app.notes" was not evaluated: app.notes');
  expect(text).toContain('Other sessions on the server (2) may have written some of that WAL.');
  expect(text).toContain(
    'ACCESS EXCLUSIVE on app.notes; app.notes: 1 inserted, 2 deleted; rewrote table app.notes, 8.2 kB',
  );
});

test('a run that failed says first where it failed', () => {
  const failure = { migration: '2.sql', number: 7, head: 'select 1 / 0', message: 'division by zero' };
  const text = observationText({ alone: { migrations: [], others: 0, structure: [], failure }, underLoad: undefined });
  expect(text).toMatch(/^2\.sql failed at statement 7 \(select 1 \/ 0\): division by zero\n/);
});
