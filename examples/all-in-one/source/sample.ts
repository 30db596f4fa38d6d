import path from 'node:path';
import { DiskTree } from '@gitops-toolkit/core/node';
import { type FileTree, walkFiles } from '@gitops-toolkit/core';
import { startGitServer } from '@gitops-toolkit/envtest';
import type { DemoSource } from './source.ts';

/** A repository with a history, made on the spot and served over smart HTTP on loopback. */
export async function openSampleSource(branch: string): Promise<DemoSource> {
  const server = await startGitServer();
  const repository = server.createRepository('storefront');
  const tree = new DiskTree(path.join(import.meta.dirname, '..', 'sample'));
  const files = textFiles(tree);
  const isBase = (file: string) =>
    !file.startsWith('deploy/overlays/') && !file.startsWith('deploy/components/');
  repository.commit({ branch, message: 'Start the storefront', files: select(files, isBase) });
  repository.commit({ branch, message: 'Run it in staging and in production', files });
  const url = server.repositoryUrl('storefront');
  return {
    url,
    ref: { branch },
    title: `a sample repository at ${url}`,
    change() {
      const overlay = 'deploy/overlays/production/kustomization.yaml';
      const before = files[overlay] ?? '';
      const message = 'Serve nginx 1.29 in production, take the banner down';
      repository.commit({
        branch,
        message,
        files: {
          [overlay]: before.replace('newTag: "1.28"', 'newTag: "1.29"').replace('  - banner.yaml\n', ''),
        },
        delete: ['deploy/overlays/production/banner.yaml'],
      });
      return message;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The files of a tree as text, by path. */
export function textFiles(tree: FileTree): Record<string, string> {
  const decoder = new TextDecoder();
  return Object.fromEntries(
    [...walkFiles(tree)].map((file) => [file.path, decoder.decode(tree.read(file.path))]),
  );
}

function select(files: Record<string, string>, wanted: (path: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => wanted(file)));
}
