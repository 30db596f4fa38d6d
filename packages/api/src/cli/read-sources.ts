import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord, type KubeObject } from '@gitops-toolkit/core';
import { parseDocuments } from '@gitops-toolkit/yaml';
import { ApiError } from '../errors.ts';
import type { ResourceDefinition } from '../resource-definition.ts';

/** What the files of a command line hold. */
export interface Sources {
  readonly definitions: readonly ResourceDefinition<KubeObject>[];
  readonly crds: readonly KubeObject[];
}

/**
 * Reads modules and manifests.
 *
 * @throws ApiError `API_NO_RESOURCES` where a file holds neither definitions nor CRDs; YamlError; what a module throws
 */
export async function readSources(paths: readonly string[]): Promise<Sources> {
  const read = await Promise.all(paths.map(readSource));
  return {
    definitions: read.flatMap(({ definitions }) => definitions),
    crds: read.flatMap(({ crds }) => crds),
  };
}

async function readSource(file: string): Promise<Sources> {
  const isFolder = (await stat(file)).isDirectory();
  const source = isFolder ? await readFolder(file) : await readFileSource(file);
  if (source.definitions.length + source.crds.length > 0) return source;
  throw new ApiError('API_NO_RESOURCES', `${file} holds no resources`, {
    hint: 'Name a module that exports definitions, or manifests of kind CustomResourceDefinition.',
  });
}

async function readFolder(folder: string): Promise<Sources> {
  const names = await readdir(folder, { recursive: true });
  const manifests = names.filter(isManifest).toSorted();
  const crds = await Promise.all(manifests.map((name) => readManifests(path.join(folder, name))));
  return { definitions: [], crds: crds.flat() };
}

async function readFileSource(file: string): Promise<Sources> {
  if (isManifest(file)) return { definitions: [], crds: await readManifests(file) };
  return { definitions: await readModule(file), crds: [] };
}

function isManifest(file: string): boolean {
  return /\.(ya?ml|json)$/i.test(file);
}

async function readManifests(file: string): Promise<KubeObject[]> {
  return parseDocuments(await readFile(file, 'utf8'), { file, dialect: 'yaml11' })
    .flatMap(({ value }) => itemsOf(value))
    .filter(isCrd);
}

/** A list, as `kubectl get -o yaml` prints it, stands for its items. */
function itemsOf(value: unknown): unknown[] {
  return isRecord(value) && Array.isArray(value['items']) ? value['items'] : [value];
}

function isCrd(value: unknown): value is KubeObject {
  return isRecord(value) && value['kind'] === 'CustomResourceDefinition';
}

async function readModule(file: string): Promise<ResourceDefinition<KubeObject>[]> {
  const exported = (await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>;
  return [...new Set(Object.values(exported).filter(isDefinition))];
}

/** By shape: the module may have another copy of this package. */
function isDefinition(value: unknown): value is ResourceDefinition<KubeObject> {
  return isRecord(value) && typeof value['crd'] === 'function' && isRecord(value['schema']);
}
