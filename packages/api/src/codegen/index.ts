/**
 * Writes source and documentation of resources: TypeScript from definitions and from existing CRDs, and Markdown.
 * The program `gotk-api` does the same on files.
 *
 * @example
 * ```ts
 * import { crdOutlines, crdTypes } from '@gitops-toolkit/api/codegen';
 * import { Kustomization } from '@gitops-toolkit/api';
 * for (const outline of crdOutlines(Kustomization.crd())) console.log(crdTypes(outline).length > 0);
 * ```
 *
 * @module
 */
export { crdTypes } from './crd-types.ts';
export { definitionTypes } from './definition-types.ts';
export { resourceDocs } from './resource-docs.ts';
export { crdOutlines, type ResourceOutline } from './resource-outline.ts';
