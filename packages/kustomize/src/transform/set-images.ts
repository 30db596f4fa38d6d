import { isRecord } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { ImageArgs } from '../load/kustomization.ts';
import { type FieldSpec, specsByKind } from './field-spec.ts';
import { compilePattern, type Pattern } from './regex.ts';
import { overwriteText, requireScalar } from './set-scalar.ts';
import type { Transformer } from './transformer.ts';
import { type Visit, visitField } from './visit-field.ts';

/** Changes names, tags and digests of images: in every list of containers, and where the specs say. */
export function setImages(image: ImageArgs, specs: readonly FieldSpec[]): Transformer {
  // The name is a pattern, as kustomize has it.
  const pattern = compilePattern(`^${image.name ?? ''}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  const specsOf = specsByKind(specs);
  const change =
    (node: ResourceNode): Visit =>
    (old, holder, key) => {
      const changed = changeImage(old, image, pattern);
      return changed === undefined ? old : overwriteText(old, changed, { node, holder, key });
    };
  return {
    transform(resources) {
      for (const node of resources.nodes) {
        if (node.kind === 'CustomResourceDefinition') continue;
        const write = change(node);
        visitContainers(node.value, write);
        for (const spec of specsOf(node.gvk)) visitField(node, spec, undefined, write);
        resources.noteChange(node);
      }
    },
  };
}

function visitContainers(value: unknown, write: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) visitContainers(item, write);
  } else if (isRecord(value)) {
    for (const key of Object.keys(value)) {
      const field = value[key];
      if (typeof field !== 'object' || field === null) continue;
      visitContainers(field, write);
      if ((key === 'containers' || key === 'initContainers') && Array.isArray(field))
        changeContainers(field, write);
    }
  }
}

function changeContainers(containers: readonly unknown[], write: Visit): void {
  for (const container of containers) {
    if (isRecord(container) && Object.hasOwn(container, 'image'))
      container['image'] = write(container['image'], container, 'image', false);
  }
}

/** The new image; nothing where it is another's. */
function changeImage(old: unknown, image: ImageArgs, pattern: Pattern): string | undefined {
  const text = requireScalar(old);
  if (!pattern.test(text)) return undefined;
  const parts = splitImage(text);
  const name = image.newName || parts.name;
  const { tag, digest } = newVersion(image, parts);
  return name + (tag === '' ? '' : `:${tag}`) + (digest === '' ? '' : `@${digest}`);
}

function newVersion(image: ImageArgs, old: { tag: string; digest: string }): { tag: string; digest: string } {
  const { newTag = '', digest = '', tagSuffix = '' } = image;
  if (newTag !== '' || digest !== '') return { tag: newTag, digest };
  return tagSuffix === '' ? old : { tag: old.tag + tagSuffix, digest: '' };
}

/** Splits `host:5000/name:tag@digest`; a port is no tag. */
function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const beforeDigest = at < 0 ? image : image.slice(0, at);
  const colon = beforeDigest.indexOf(':', slash);
  return {
    name: colon < 0 ? beforeDigest : beforeDigest.slice(0, colon),
    tag: colon < 0 ? '' : beforeDigest.slice(colon + 1),
    digest: at < 0 ? '' : image.slice(at + 1),
  };
}
