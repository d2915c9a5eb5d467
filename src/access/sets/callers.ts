import type { Persona } from '../model.ts';

/** Somebody who sends statements: a persona of the configuration, or one that is like none of them. */
export interface Caller extends Persona {
  /** The persona when it is one; otherwise how it differs from the personas of its role. */
  readonly kind: 'persona' | 'automatic';
}

const UNKNOWN_ID = '00000000-0000-4000-8000-fffffffffffe';

/**
 * The personas, and for each of their roles callers as nobody configures them: without any setting, with empty ones,
 * with claims that lack each key, that name a user who is not there or none at all, and with metadata of the user's own
 * that claims everything. They may do no more than what every persona of the role may. For a role that bypasses row
 * security there are none: no policy is evaluated for it, so that its settings change nothing of what it reaches.
 */
export function callersOf(personas: readonly Persona[], bypassing: ReadonlySet<string>): Caller[] {
  const byRole = Map.groupBy(
    personas.filter(({ role }) => !bypassing.has(role)),
    ({ role }) => role,
  );
  return [
    ...personas.map((persona): Caller => ({ ...persona, kind: 'persona' })),
    ...[...byRole].flatMap(([role, own]) => automatic(role, own)),
  ];
}

function automatic(role: string, own: readonly Persona[]): Caller[] {
  const model = nobodyOf(own);
  const caller = (name: string, settings: Readonly<Record<string, string>>): Caller => ({
    name: `${role} ${name}`,
    role,
    settings,
    kind: 'automatic',
  });
  const callers = [caller('without settings', {}), caller('with an id of nobody', model)];
  for (const [setting, value] of Object.entries(model)) {
    const withValue = (name: string, changed: string): Caller => caller(name, { ...model, [setting]: changed });
    const claims = claimsIn(value);
    callers.push(withValue(`with ${setting} = ''`, ''), withValue(`with ${setting} = 'nobody'`, 'nobody'));
    if (!claims) continue;
    callers.push(withValue('with no claims', '{}'));
    for (const key of Object.keys(claims)) {
      const { [key]: _, ...rest } = claims;
      const changed = (name: string, text: unknown): Caller =>
        withValue(name, JSON.stringify({ ...claims, [key]: text }));
      callers.push(
        withValue(`without ${key}`, JSON.stringify(rest)),
        changed(`with ${key} = null`, null),
        changed(`with ${key} = ''`, ''),
        changed(`with ${key} = 'nobody'`, 'nobody'),
      );
    }
    const boasting = JSON.stringify({ ...claims, ...boasts(own) });
    callers.push(withValue('with user_metadata that claims everything', boasting));
  }
  return withoutTwins(callers, own);
}

/** The settings of a caller of the role who is none of its personas: whatever tells them apart is nobody's. */
function nobodyOf(own: readonly Persona[]): Record<string, string> {
  const model = own.find(({ settings }) => Object.keys(settings).length > 0)?.settings ?? {};
  return Object.fromEntries(
    Object.entries(model).map(([setting, value]) => {
      const claims = claimsIn(value);
      if (!claims)
        return [
          setting,
          isShared(
            own.map(({ settings }) => settings[setting]),
            value,
          )
            ? value
            : nobody(value),
        ];
      const changed = Object.entries(claims).map(([key, claim]) => {
        const others = own.map(({ settings }) => claimsIn(settings[setting] ?? '')?.[key]);
        return [key, typeof claim !== 'string' || isShared(others, claim) ? claim : nobody(claim)];
      });
      return [setting, JSON.stringify(Object.fromEntries(changed))];
    }),
  );
}

/** Whether a value says nothing of who somebody is: all have it, and it is not an id of the only one. */
const isShared = (values: readonly unknown[], value: string): boolean =>
  values.every((other) => other === value) && (values.length > 1 || !isUuid(value));

const nobody = (value: string): string => (isUuid(value) ? UNKNOWN_ID : `${value} nobody`);

/** The metadata that a user can write about themselves: whatever anybody might be asked for. */
function boasts(personas: readonly Persona[]): Record<string, unknown> {
  const names = personas.map(({ name }) => name);
  const role = names.find((name) => /admin/i.test(name)) ?? 'admin';
  const all = { role, roles: [role, ...names], is_admin: true, admin: true, plan: 'enterprise' };
  return { user_metadata: all, raw_user_meta_data: all };
}

function claimsIn(value: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** Without those that are like a persona, or like one before. */
function withoutTwins(callers: readonly Caller[], personas: readonly Persona[]): Caller[] {
  const text = ({ settings }: Pick<Persona, 'settings'>): string => JSON.stringify(settings);
  const known = new Set(personas.map(text));
  return callers.filter((caller) => {
    if (known.has(text(caller))) return false;
    known.add(text(caller));
    return true;
  });
}
