import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';

/** The bytes of a package, for tests: files with the chart's name as the first part of their paths. */
export async function packFiles(files: Readonly<Record<string, TreeInput>>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packArchive(MemoryTree.from(files))) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
