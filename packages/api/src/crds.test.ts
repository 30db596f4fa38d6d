import { readFileSync } from 'node:fs';
import { parse } from '@gitops-toolkit/yaml';
import { describe, expect, it } from 'vitest';
import {
  ArtifactGenerator,
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  HelmRepository,
  Kustomization,
  OCIRepository,
  type ResourceDefinition,
} from './index.ts';
import { checkStructural, type Schema } from '@gitops-toolkit/schema';
import type { KubeObject } from '@gitops-toolkit/core';

const definitions: readonly ResourceDefinition<KubeObject>[] = [
  ArtifactGenerator,
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  HelmRepository,
  Kustomization,
  OCIRepository,
];

describe.each(definitions)('the CRD of $kind', (definition) => {
  const file = `${definition.group}_${definition.plural}.yaml`;

  it('is committed as the definition says', () => {
    const committed = readFileSync(new URL(`../../../crds/${file}`, import.meta.url), 'utf8');
    expect(parse(committed)).toEqual(definition.crd());
  });

  it('has a structural schema', () => {
    expect(checkStructural(definition.schema)).toEqual([]);
  });

  it('says of every field what it is', () => {
    expect(undescribed(definition.schema, '')).toEqual(['.metadata']);
  });

  it('shows age, readiness and the reason for it', () => {
    expect(definition.printerColumns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Age', 'Ready', 'Status']),
    );
  });
});

function undescribed(schema: Schema, path: string): string[] {
  const own = schema.description === undefined || schema.description === '' ? [path] : [];
  const fields = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    undescribed(child, `${path}.${key}`),
  );
  return [...own, ...fields, ...(schema.items ? undescribed(schema.items, `${path}[]`) : [])];
}
