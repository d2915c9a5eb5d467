import { access, functions, world } from './spec/access.ts';

export default {
  name: 'Notes',
  database: { name: 'notes', folder: '.rolecall', extensions: [] },
  api: ['public'],
  ruled: { schemas: ['public', 'private'], private: 'private', exempt: [] },
  proven: ['public'],
  roles: ['anon', 'authenticated'],
  personas: {
    anon: { role: 'anon' },
    owner: { role: 'authenticated', settings: { 'app.user': 'ada' } },
    stranger: { role: 'authenticated', settings: { 'app.user': 'eve' } },
  },
  access,
  functions,
  world,
  snapshots: 'snapshots',
  types: 'types/database.ts',
};
