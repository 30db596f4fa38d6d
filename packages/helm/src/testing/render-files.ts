import { MemoryTree } from '@gitops-toolkit/core';
import type { SprigOptions } from '@gitops-toolkit/go-template';
import { type Dialect, loadChart, render, userValues, type ValuesInput } from '@gitops-toolkit/helm';

/** A rendering in a form that goes into a page of a browser. */
export interface FilesToRender {
  /** Names of files, and what they hold in base64. */
  readonly files: readonly (readonly [name: string, content: string])[];
  readonly dialect: Dialect;
  readonly values: ValuesInput;
  readonly release: { readonly name: string; readonly namespace: string };
}

/** Time, chance and certificates that are the same each time and everywhere. */
function fixedSprig(): SprigOptions {
  let state = 1;
  const randomByte = (): number => (state = (state * 16_807) % 2_147_483_647) % 256;
  const pem = (label: string, value: unknown): string =>
    `-----BEGIN ${label}-----\n${btoa(JSON.stringify(value))}\n-----END ${label}-----\n`;
  return {
    now: () => Date.UTC(2024, 1, 29, 12, 34, 56),
    localZone: 'UTC',
    random: (size) => Uint8Array.from({ length: size }, randomByte),
    certificates: {
      generateKey: (type) => pem('PRIVATE KEY', type),
      checkKey: () => undefined,
      checkCertificate: () => undefined,
      sign: ({ serial, ...request }, key) =>
        pem('CERTIFICATE', { ...request, serial: [...serial], keyLength: key.length }),
    },
  };
}

/** Renders a chart of files, the same way in Node and in a page. */
export async function renderFiles({ files, dialect, values, release }: FilesToRender): Promise<string> {
  const bytes = (base64: string): Uint8Array =>
    Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const tree = MemoryTree.from(Object.fromEntries(files.map(([name, content]) => [name, bytes(content)])));
  const chart = await loadChart(tree, { dialect });
  const result = render(chart, {
    dialect,
    release,
    values: userValues(values, dialect),
    sprig: fixedSprig(),
  });
  return `${result.toYaml({ crds: true })}\n# notes\n${result.notes}`;
}
