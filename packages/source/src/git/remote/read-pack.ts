import type { GitLimits } from '../limits.ts';
import type { ObjectFormat, ObjectStore } from '../object-format.ts';
import type { PackAllowance } from '../pack/pack-allowance.ts';
import { packStore, parsePack } from '../pack/parse-pack.ts';
import { readFetchResponse } from './fetch-response.ts';
import type { PktReader } from './pkt-line.ts';

/** The objects of the pack in an answer, each under the id that is computed from it. */
export async function readPack(
  reader: PktReader,
  options: {
    readonly format: ObjectFormat;
    readonly limits: Required<GitLimits>;
    readonly allowance?: PackAllowance | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ObjectStore> {
  const { format, limits, allowance, signal } = options;
  const objects = await parsePack(readFetchResponse(reader), {
    format,
    limits,
    ...(allowance ? { allowance } : {}),
    ...(signal ? { signal } : {}),
  });
  return packStore(format, objects);
}
