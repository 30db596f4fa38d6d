import { join } from 'node:path';
import { lockState } from './file-lock.ts';

const LOCK = '.lock';
/** The file that an archive is written to before it gets its name. */
const TEMPORARY = /^(.+)\.[0-9a-f]{12}\.tmp$/;

/**
 * The files that a process has left that was killed while it wrote an archive: its lock, and what it wrote.
 *
 * @param names what is in the folder, read before: who writes holds the lock longer than the temporary file is there,
 * so that one without a lock now is nobody's
 * @param now milliseconds since the epoch
 */
export async function findLeftOvers(
  folder: string,
  names: readonly string[],
  now: number,
): Promise<string[]> {
  const left: string[] = [];
  for (const name of names) {
    const archive = TEMPORARY.exec(name)?.[1];
    const lock = archive === undefined ? name : `${archive}${LOCK}`;
    if (!lock.endsWith(LOCK)) continue;
    const state = await lockState(join(folder, lock), now);
    if (state === 'abandoned' || (state === 'free' && archive !== undefined)) left.push(name);
  }
  return left;
}
