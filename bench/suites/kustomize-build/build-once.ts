// One build in a process of its own: build-once.ts <URL of core/node> <URL of kustomize> <folder> <options as JSON>
import process from 'node:process';
import type * as CoreNode from '../../../packages/core/src/node/index.ts';
import type * as Kustomize from '../../../packages/kustomize/src/index.ts';

const [coreNode = '', kustomize = '', folder = '', options = '{}'] = process.argv.slice(2);
const { DiskTree } = (await import(coreNode)) as typeof CoreNode;
const { build } = (await import(kustomize)) as typeof Kustomize;
process.stdout.write(build(new DiskTree(folder), JSON.parse(options) as Kustomize.BuildOptions).toYaml());
