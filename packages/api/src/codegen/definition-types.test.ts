import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  array,
  ArtifactGenerator,
  boolean,
  Bucket,
  choice,
  defineResource,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  HelmRepository,
  integer,
  intOrString,
  Kustomization,
  map,
  object,
  OCIRepository,
  optional,
  string,
} from '../index.ts';
import { definitionTypes } from './definition-types.ts';

describe('definitionTypes', () => {
  it('writes the types that this package has', () => {
    const path = new URL('../generated/resource-types.ts', import.meta.url);
    const committed = readFileSync(path, 'utf8');
    const head = committed.slice(0, committed.indexOf('import'));
    expect(
      definitionTypes(
        [
          ArtifactGenerator,
          Bucket,
          ExternalArtifact,
          GitRepository,
          HelmChart,
          HelmRepository,
          Kustomization,
          OCIRepository,
        ],
        head,
      ),
    ).toBe(committed);
  });

  it('writes an interface for each type with a name', () => {
    const port = object(
      'The port.',
      { number: intOrString('The number.') },
      { name: 'Port', about: 'Where to listen.' },
    );
    const Site = defineResource({
      group: 'a.io',
      version: 'v1',
      kind: 'Site',
      description: 'A site.',
      spec: object(
        'What is wanted.',
        {
          mode: choice('How.', ['Fast', 'Safe'], { default: 'Safe' }),
          modes: optional(array('Several.', choice('How.', ['Fast', 'Safe']))),
          ports: array('The ports.', port),
          labels: optional(map('Labels.', string('A label.'))),
          on: optional(boolean('Whether.')),
          count: integer('How many.'),
        },
        { name: 'SiteSpec' },
      ),
      status: object('What is there.', {}, { name: 'SiteStatus' }),
    });
    expect(definitionTypes([Site]).split('\n\n').slice(1).join('\n\n')).toBe(`/** Where to listen. */
export interface Port {
  /** The number. */
  number: number | string;
}

/** A site. */
export interface Site extends KubeObject {
  /** What is wanted. */
  spec: SiteSpec;
  /** What is there. */
  status?: SiteStatus;
}

/** What is wanted. */
export interface SiteSpec {
  /**
   * How.
   * @default 'Safe'
   */
  mode: 'Fast' | 'Safe';
  /** Several. */
  modes?: ('Fast' | 'Safe')[];
  /** The ports. */
  ports: Port[];
  /** Labels. */
  labels?: Record<string, string>;
  /** Whether. */
  on?: boolean;
  /** How many. */
  count: number;
}

/** What is there. */
export interface SiteStatus {
}
`);
  });

  it('refuses one name for two types', () => {
    const named = (field: string) => object('A.', { [field]: string('B.') }, { name: 'Same' });
    const Twice = defineResource({
      group: 'a.io',
      version: 'v1',
      kind: 'Twice',
      description: 'Twice.',
      spec: object('Spec.', { a: named('x'), b: named('y') }),
      status: object('Status.', {}),
    });
    expect(() => definitionTypes([Twice])).toThrow('two different types are called Same');
  });
});
