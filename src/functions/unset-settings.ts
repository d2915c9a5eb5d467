import type { Persona } from '../access/model.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { tokensIn } from '../sql/tokens.ts';

/** Of PostgreSQL's own settings, the one whose text a client chooses and that decides nothing by itself. */
const OF_CLIENTS = ['application_name'];

/**
 * The functions that read a setting which no persona has: what they do where it is set, no call has shown.
 * @returns one finding a function, with the settings in the order of its body
 */
export function unsetSettings(functions: readonly DatabaseFunction[], personas: readonly Persona[]): NotEvaluated[] {
  const known = new Set(personas.flatMap(({ settings }) => Object.keys(settings).map((name) => name.toLowerCase())));
  return functions.flatMap((called): NotEvaluated[] => {
    const unset = [...new Set(settingsRead(called.source))].filter(
      (name) => !known.has(name) && (name.includes('.') || OF_CLIENTS.includes(name)),
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

/** The constants that a body passes to current_setting. */
function settingsRead(source: string): string[] {
  const solid = [...tokensIn(source)].map(({ start, end }) => source.slice(start, end));
  return solid.flatMap((text, at) => {
    const argument = solid[at + 2] ?? '';
    const isRead = text.toLowerCase() === 'current_setting' && solid[at + 1] === '(' && argument.startsWith("'");
    return isRead ? [argument.slice(1, -1).toLowerCase()] : [];
  });
}
