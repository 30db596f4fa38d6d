import { findProgram } from './find-program.ts';
import { type RunningProgram, startProgram } from './start-program.ts';

/**
 * Starts a server that speaks S3 and keeps objects in memory; `undefined` where `gofakes3` is not installed. It looks at no
 * signature.
 *
 * @param bucket is there from the start
 */
export async function startGofakes3(bucket: string): Promise<RunningProgram | undefined> {
  const path = findProgram('gofakes3');
  if (path === undefined) return undefined;
  return startProgram({
    name: 'gofakes3',
    path,
    args: ({ port }) => ['-backend', 'memory', '-host', `127.0.0.1:${port}`, '-initialbucket', bucket],
  });
}
