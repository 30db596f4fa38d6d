import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  it.each([
    ['oci://ghcr.io/org/app:1.0', { registry: 'ghcr.io', repository: 'org/app', tag: '1.0' }],
    ['localhost:5000/app', { registry: 'localhost:5000', repository: 'app' }],
    [`127.0.0.1:5000/a/b@${DIGEST}`, { registry: '127.0.0.1:5000', repository: 'a/b', digest: DIGEST }],
    [
      `ghcr.io/org/app:1.0@${DIGEST}`,
      { registry: 'ghcr.io', repository: 'org/app', tag: '1.0', digest: DIGEST },
    ],
    ['nginx', { registry: 'index.docker.io', repository: 'library/nginx' }],
    ['docker.io/bitnami/nginx', { registry: 'index.docker.io', repository: 'bitnami/nginx' }],
    ['[::1]:5000/app:v1', { registry: '[::1]:5000', repository: 'app', tag: 'v1' }],
  ])('reads %s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    '',
    'ghcr.io/',
    'ghcr.io/Org/app',
    'ghcr.io/org//app',
    'ghcr.io/org/../app',
    'ghcr.io/org/app:',
    'ghcr.io/org/app:-x',
    'ghcr.io/org/app@sha256:short',
    `ghcr.io/org/app@${DIGEST}@${DIGEST}`,
    'user:password@ghcr.io/org/app',
    'ghcr.io:port/org/app',
    'ghcr.io/org/app?x=y',
    'ghcr.io\n.evil.example.com/app',
    `ghcr.io/${'a/'.repeat(200)}a`,
  ])('refuses %j: OCI_REFERENCE_INVALID', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'OCI_REFERENCE_INVALID' }));
  });

  it('gives back what it read', () => {
    const text = `ghcr.io/org/app:1.0@${DIGEST}`;
    expect(formatReference(parseReference(text))).toBe(text);
  });
});
