import { locks } from './locks/section.ts';
import type { SectionMaker } from './section.ts';

/** What every rehearsal shows beside its account, in the order of the report. */
export const SECTIONS: readonly SectionMaker[] = [locks];
