import type { Predicted, SchemaView } from './model.ts';
import { predict } from './predict.ts';
import { nullable } from './view.ts';

/** Inputs that mirror the columns of a table: what a row is created with, and what is changed of it. */
export function* mirrored(view: SchemaView): Generator<Predicted> {
  for (const table of view.objects) {
    for (const [suffix, does] of [
      ['Input', 'create'],
      ['Patch', 'update'],
    ] as const) {
      const input = view.input(`${table.name}${suffix}`);
      if (!input) continue;
      const mutation = `${does}${table.name}`;
      const isUsed = Object.keys(view.schema.getMutationType()?.getFields() ?? {}).some((name) =>
        name.startsWith(mutation),
      );
      yield predict(isUsed ? { by: 'mutation', type: table.name, mutation } : { by: 'type', type: table.name }).type(
        'input',
        input.name,
      );
      for (const { name, type } of view.columnsOf(table)) {
        yield predict({ by: 'column', type: table.name, column: name }).has(input.name, name, `: ${nullable(type)}`);
      }
    }
  }
}
