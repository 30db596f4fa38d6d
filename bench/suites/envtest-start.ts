import path from 'node:path';
import process from 'node:process';
import type { Benchmark, Side } from '../benchmark.ts';
import { measureJsonProcess } from '../json-process.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';

/** From the call to the first object read, of the embedded server and of the real programs. */
export const bench: Benchmark = {
  name: 'envtest-start',
  async *comparisons() {
    using temporary = new TemporaryFolder();
    const entries = packageEntries(['core', 'yaml', 'schema', 'patch', 'kube', 'envtest']);
    const hasBinaries = Boolean(process.env['KUBEBUILDER_ASSETS']);
    yield {
      title: 'to the first GET of an object',
      notes: [
        'each in a process of its own that starts and stops a server twice; wall, CPU and peak are of the whole',
        ...(hasBinaries
          ? ['the peak is that of the largest process']
          : ['KUBEBUILDER_ASSETS is not set: ours alone']),
        ...notesOn(entries),
      ],
      ours: [side('embedded', 'startEmbedded()', entries, temporary)],
      ...(hasBinaries
        ? { peer: side('binaries', 'etcd and kube-apiserver', entries, temporary), maxRounds: 3 }
        : {}),
    };
  },
};

function side(which: string, name: string, entries: PackageEntries, temporary: TemporaryFolder): Side {
  const script = path.join(import.meta.dirname, 'envtest-start', 'start-server.ts');
  const args = [which, entries.url('envtest'), entries.url('kube')];
  return {
    name,
    measure: () => measureJsonProcess({ script, args, entries, temporary }),
  };
}
