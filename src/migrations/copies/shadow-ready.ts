// Loaded in graphile-migrate's process before its commit, when the shadow database has what its reset would give it: the
// committed migrations and nothing else (shadow.ts). It then does not reset it.
import { createRequire } from 'node:module';

interface ResetSettings {
  readonly logger: { info(line: string): void };
}

const commands = createRequire(import.meta.url)('graphile-migrate/dist/commands/reset.js') as {
  _reset: (settings: ResetSettings, shadow: boolean) => Promise<void>;
};
const reset = commands._reset;

commands._reset = async (settings, shadow) =>
  shadow ? settings.logger.info('rolecall: the shadow database has the committed migrations') : reset(settings, shadow);
