// What a page of the browser test loads: one function in its global scope.
import { MemoryTree } from '@gitops-toolkit/core';
import { build } from '@gitops-toolkit/kustomize';

Object.assign(globalThis, {
  buildFiles(entries: readonly (readonly [name: string, base64: string])[], path: string): string {
    const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const files = Object.fromEntries(entries.map(([name, text]) => [name, bytes(text)]));
    return build(MemoryTree.from(files), { path }).toYaml();
  },
});
