import type { StructureScope } from '../../structure/describe/subject.ts';
import type { MutantProbe } from '../probe.ts';
import type { MutationSubjectSettings } from '../unchanged.ts';
import { accessProbes } from './access.ts';
import { checksProbe, structureProbe } from './catalog.ts';
import { edgesProbe } from './edges.ts';
import { functionsProbe } from './functions.ts';
import { interferenceProbe } from './interference.ts';
import { reachProbe } from './reach.ts';

/** Everything that may notice a mutant: of what looks equally near, the first is asked first. */
export const probesFor = (settings: MutationSubjectSettings, scope: StructureScope): MutantProbe[] => [
  functionsProbe(settings),
  edgesProbe(settings),
  ...accessProbes(settings),
  reachProbe(settings),
  checksProbe(settings.api, settings.ruled),
  structureProbe(scope, settings.api),
  interferenceProbe(settings),
];
