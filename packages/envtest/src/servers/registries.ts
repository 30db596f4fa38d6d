import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { type RunningProgram, startProgram } from './start-program.ts';

/** Starts Docker's registry, which keeps no referrers; `undefined` where `docker-registry` is not installed. */
export async function startDockerRegistry(): Promise<RunningProgram | undefined> {
  const path = findProgram('docker-registry');
  if (path === undefined) return undefined;
  return startProgram({
    name: 'docker-registry',
    path,
    async args({ port, folder }) {
      const file = join(folder, 'config.yml');
      const storage = `{ filesystem: { rootdirectory: ${JSON.stringify(join(folder, 'data'))} }, delete: { enabled: true } }`;
      await writeFile(file, `version: 0.1\nstorage: ${storage}\nhttp: { addr: "127.0.0.1:${port}" }\n`);
      return ['serve', file];
    },
  });
}

/** Starts a registry that keeps referrers; `undefined` where `referrers-registry` is not installed. */
export async function startReferrersRegistry(): Promise<RunningProgram | undefined> {
  const path = findProgram('referrers-registry');
  if (path === undefined) return undefined;
  return startProgram({ name: 'referrers-registry', path, args: ({ port }) => [`127.0.0.1:${port}`] });
}
