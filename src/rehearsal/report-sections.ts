import { buildLocksSection } from './locks/locks-section.ts';
import type { SectionBuilder } from './report-section.ts';

/** The sections of every report, in their order. `step` is what progress shows while one is built. */
export const REPORT_SECTIONS: readonly { readonly step: string; readonly build: SectionBuilder }[] = [
  { step: 'Watch the locks of the migrations while the app runs', build: buildLocksSection },
];
