import { TemplateCache } from '@gitops-toolkit/go-template';
import type { ManifestHead } from '../output/manifest-head.ts';
import { TextCache } from './text-cache.ts';

/**
 * What is kept from render to render: parsed and compiled templates, the values of YAML that templates read, and what
 * documents are about. One cache serves any number of charts and releases; what it keeps is bounded, and the oldest goes
 * first.
 */
export class RenderCache {
  readonly templates: TemplateCache;
  readonly documents: TextCache<unknown>;
  readonly heads: TextCache<ManifestHead>;

  /** @param maxUnits UTF-16 units of template text, and of documents, that are kept. @default 32 Mi of each */
  constructor(maxUnits: number = 32 << 20) {
    this.templates = new TemplateCache(maxUnits);
    this.documents = new TextCache(maxUnits);
    this.heads = new TextCache(maxUnits);
  }
}
