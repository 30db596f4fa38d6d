import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Where `tools/test-servers/install` puts what no package manager of the system has. */
function installedFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['TEST_SERVERS'] ?? join(cache, 'gitops-toolkit', 'test-servers', 'bin');
}

/**
 * The path of a server program that tests start, or `undefined` where it is not installed: the test is skipped.
 * With `TEST_SERVERS_REQUIRED=1`, as in CI, a missing program is an error, so that nothing is skipped unseen.
 *
 * @param name As in `tools/test-servers/install`: `sshd`, `docker-registry`, `gofakes3`.
 */
export function findProgram(name: string, options: { readonly optional?: boolean } = {}): string | undefined {
  const folders = [
    installedFolder(),
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/bin',
  ];
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate));
  if (path === undefined && process.env['TEST_SERVERS_REQUIRED'] === '1' && !options.optional)
    throw new Error(`${name} is not installed: run tools/test-servers/install`);
  return path;
}
