import type { Persona } from '../access/model.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { solidTokens } from '../sql/qualified-names.ts';

/** Of PostgreSQL's own settings, the one whose text a client chooses and that decides nothing by itself. */
const OF_CLIENTS = ['application_name'];

/** Stands for a setting that nobody can name before the function runs. */
const COMPUTED = 'a setting whose name is no constant';

/**
 * The functions that read a setting which no persona has: what they do where it is set, no call has shown.
 * @returns one finding a function, with the settings in the order of its body
 */
export function unsetSettings(functions: readonly DatabaseFunction[], personas: readonly Persona[]): NotEvaluated[] {
  const known = new Set(personas.flatMap(({ settings }) => Object.keys(settings).map((name) => name.toLowerCase())));
  return functions.flatMap((called): NotEvaluated[] => {
    const unset = [...new Set(settingsRead(called.source))].filter(
      (name) => !known.has(name) && (name === COMPUTED || name.includes('.') || OF_CLIENTS.includes(name)),
    );
    if (unset.length === 0) return [];
    return [
      {
        check: 'functions',
        where: called.signature,
        why: `It reads ${unset.join(', ')}, which no persona has. Give a persona in ${declaredIn('personas')} a value of it, or '' where no client can set it.`,
      },
    ];
  });
}

/** The settings that a body reads by current_setting, in lower case; COMPUTED for a name that is no constant. */
function settingsRead(source: string): string[] {
  const solid = (solidTokens(source) ?? []).map(({ kind, start, end }) => ({ kind, text: source.slice(start, end) }));
  return solid.flatMap(({ text }, at) => {
    if (text.toLowerCase() !== 'current_setting' || solid[at + 1]?.text !== '(') return [];
    const [argument, after] = [solid[at + 2], solid[at + 3]];
    const isConstant = argument?.kind === 'string' && [',', ')', ':'].includes(after?.text ?? '');
    return [isConstant ? contentsOf(argument.text).toLowerCase() : COMPUTED];
  });
}

/** The text between the quotes of a string, or between its dollars. */
function contentsOf(text: string): string {
  const dollar = /^\$[^$]*\$/.exec(text)?.[0];
  return dollar ? text.slice(dollar.length, -dollar.length) : text.slice(text.indexOf("'") + 1, -1);
}
