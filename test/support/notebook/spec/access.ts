import type { AccessSpec } from '../../../../src/index.ts';

const nobody = { anon: '—', owner: '—', stranger: '—', moderator: '—', service: '—' };

export const access: AccessSpec = {
  'public.plans': { any: { anon: 'S', owner: 'S', stranger: 'S', moderator: 'S', service: 'S' } },
  'public.notes': { "owner's": { ...nobody, owner: 'S I D', service: 'S D' } },
  'legacy.notes': { any: nobody },
  'private.quarantined_rows': { any: nobody },
};
