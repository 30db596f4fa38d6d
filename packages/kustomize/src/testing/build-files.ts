import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { build } from '../build.ts';
import type { BuildOptions } from '../build-options.ts';
import { KustomizeError } from '../errors.ts';

/** Builds files given by path, and prints the result. */
export function buildFiles(files: Readonly<Record<string, TreeInput>>, options: BuildOptions = {}): string {
  return build(MemoryTree.from(files), options).toYaml();
}

/** What a function that must fail throws. */
export function failure(run: () => unknown): KustomizeError {
  try {
    run();
  } catch (error) {
    if (error instanceof KustomizeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A Deployment with one container, indented for a file of its own. */
export function deployment(name: string, image = 'registry.example.com/shop/web:1.4.0'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
      - name: ${name}
        image: ${image}
`;
}

/** An object of the core group that is nothing but a name. */
export function bare(kind: string, name: string, namespace?: string): string {
  const inNamespace = namespace === undefined ? '' : `  namespace: ${namespace}\n`;
  return `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${inNamespace}`;
}
