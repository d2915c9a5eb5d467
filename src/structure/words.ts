import { privilegeText, type StructureDifference } from './compare.ts';
import type { Property, StructureObject, StructurePart } from './model.ts';

/** A difference in words. */
export interface DifferenceWords {
  /** The object, or what of it is concerned. */
  readonly where: string;
  /** How it was and how it is, as sentences without a full stop. */
  readonly was: string;
  readonly is: string;
}

/** The sentences for a flag that is there and for one that is not. */
const FLAGS: Readonly<Record<string, readonly [string, string]>> = {
  disabled: ['is disabled', 'is enabled'],
  'only for replicas': ['is enabled only for replicas', 'is enabled'],
  'always enabled': ['is enabled always', 'is enabled'],
  'not valid': ['is not valid', 'is valid'],
  'not enforced': ['is not enforced', 'is enforced'],
  'not null': ['is not null', 'may be null'],
  'not validated': ['may have nulls from before', 'has no nulls'],
  'row level security': ['has row level security', 'has no row level security'],
  forced: ['has row level security for its owner too', 'has no row level security for its owner'],
  superuser: ['has attribute superuser', 'has no attribute superuser'],
  'no inherit': ['has attribute noinherit', 'has attribute inherit'],
  createrole: ['has attribute createrole', 'has no attribute createrole'],
  createdb: ['has attribute createdb', 'has no attribute createdb'],
  login: ['has attribute login', 'has no attribute login'],
  replication: ['has attribute replication', 'has no attribute replication'],
  bypassrls: ['has attribute bypassrls', 'has no attribute bypassrls'],
  'security definer': ['is security definer', 'is security invoker'],
  unlogged: ['is unlogged', 'is logged'],
  restrictive: ['is restrictive', 'is permissive'],
  'with admin': ['is with admin option', 'is without admin option'],
  inherit: ['is with inherit', 'is without inherit'],
  'no set': ['is without set role', 'is with set role'],
  'all tables': ['is for all tables', 'is not for all tables'],
  absent: ['does not exist', 'exists'],
};

/** Says one difference. */
export function inWords(difference: StructureDifference): DifferenceWords {
  const { object, part, property, change } = difference;
  if (part?.kind === 'grant to') return grantWords(object, part, property, change);
  if (part?.kind === 'member of') return memberWords(object, part, property, change);
  const where = labelOf(object, part);
  if (!property) {
    const it = `${where}${summaryOf(part ?? object)}`;
    const [there, absent] = [`there is ${article(it)}${it}`, `there is no ${where}`];
    return change === 'added' ? { where, is: there, was: absent } : { where, is: absent, was: there };
  }
  const { name, was, is } = property;
  if ((was ?? is)?.value === null) {
    const [yes, no] = FLAGS[name] ?? [`is ${name}`, `is not ${name}`];
    return { where, is: `${where} ${is ? yes : no}`, was: `${where} ${was ? yes : no}` };
  }
  const subject = `${name || (part?.kind === 'column' || part?.kind === 'field' ? 'type' : 'definition')} of ${where}`;
  const [before, now] = apart(was?.value ?? 'none', is?.value ?? 'none');
  return { where, is: `${subject} is ${now}`, was: `${subject} is ${before}` };
}

/** An object with its kind, or something of an object with whose it is. */
export function labelOf(object: StructureObject, part?: StructurePart): string {
  const whole = `${object.kind === 'other' ? '' : `${object.kind.replace(/^host /, '')} `}${object.name}`.trim();
  if (!part) return whole;
  if (part.kind === 'grant to') return `grant on ${whole} to ${part.name}`;
  const joint = ['column', 'field', 'published table'].includes(part.kind) ? 'of' : 'on';
  return `${part.kind} ${part.name} ${joint} ${object.name || whole}`;
}

function grantWords(
  object: StructureObject,
  part: StructurePart,
  property: StructureDifference['property'],
  change: StructureDifference['change'],
): DifferenceWords {
  const target = labelOf(object).replace(
    /^(partitioned table|foreign table|view|materialized view|table|relation) /,
    '',
  );
  const said = (properties: readonly (Property | undefined)[]): string => {
    const held = properties.flatMap((one) => (one ? [privilegeText(one)] : []));
    const joint = object.kind === 'default privileges for' ? 'by' : 'on';
    const what = held.length === 0 ? `no ${property?.name ?? 'privilege'}` : held.join(', ');
    return `${part.name} has ${what} ${joint} ${target}`;
  };
  const where = labelOf(object, part);
  if (property) return { where, is: said([property.is]), was: said([property.was]) };
  const [all, none] = [said(part.properties), said([])];
  return change === 'added' ? { where, is: all, was: none } : { where, is: none, was: all };
}

function memberWords(
  object: StructureObject,
  part: StructurePart,
  property: StructureDifference['property'],
  change: StructureDifference['change'],
): DifferenceWords {
  const where = `role ${object.name}`;
  if (property) {
    const [yes, no] = FLAGS[property.name] ?? [`is ${property.name}`, `is not ${property.name}`];
    const about = `the membership of ${object.name} in ${part.name}`;
    return { where, is: `${about} ${property.is ? yes : no}`, was: `${about} ${property.was ? yes : no}` };
  }
  const [member, not] = [
    `${object.name} is a member of ${part.name}`,
    `${object.name} is not a member of ${part.name}`,
  ];
  return change === 'added' ? { where, is: member, was: not } : { where, is: not, was: member };
}

/** Of something new or gone: how it is defined, and to whom it is granted. */
function summaryOf({ properties, ...item }: StructurePart | StructureObject): string {
  const parts = 'parts' in item ? item.parts : [];
  const granted = parts.filter(({ kind }) => kind === 'grant to').map(({ name }) => name);
  const said = properties.filter(({ name }) => name !== 'comment' && name !== 'body');
  const clauses = said.map(({ name, value }) => [name, value].filter(Boolean).join(' '));
  const words = [...clauses, ...(granted.length > 0 ? [`granted to ${granted.join(', ')}`] : [])].join('; ');
  return words ? ` (${clipped(words)})` : '';
}

const article = (text: string): string => (/^[aeiou]/i.test(text) ? 'an ' : 'a ');

const MOST = 240;

const clipped = (text: string): string => {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length > MOST ? `${flat.slice(0, MOST)}…` : flat;
};

/** Two texts, each from a little before where they begin to differ when they are long. */
function apart(was: string, is: string): [string, string] {
  const [before, now] = [was.replaceAll(/\s+/g, ' '), is.replaceAll(/\s+/g, ' ')];
  // Blanks alone can differ: then they are shown.
  if (before === now) return [JSON.stringify(was), JSON.stringify(is)];
  if (before.length <= MOST && now.length <= MOST) return [before, now];
  let same = 0;
  while (before[same] === now[same]) same++;
  const from = Math.max(0, same - 40);
  const part = (text: string): string => `${from > 0 ? '…' : ''}${clipped(text.slice(from))}`;
  return [part(before), part(now)];
}
