import { locks } from './locks/section.ts';
import type { SectionMaker } from './section.ts';

/** What every rehearsal shows beside its account, in the order of the report, and what it is called while it is made. */
export const SECTIONS: readonly { readonly title: string; readonly make: SectionMaker }[] = [
  { title: 'Watch the migrations beside the app', make: locks },
];
