// Chance asks for much that cannot be: what stands in the way of a build is taken out.
import type { Chance } from './chance.ts';
import { runPackage } from './compare.ts';
import type { Files, RandomTree } from './random-kustomization.ts';
import { writeYaml } from './write-yaml.ts';

type Fields = Record<string, unknown>;

/** The tree without the entries of its kustomizations that fail, as far as so many builds show them. */
export function repair({ files, kustomizations }: RandomTree, c: Chance, builds = 2000): Files {
  let current = files;
  let error = runPackage(current).error;
  const state = new Map(kustomizations);
  let left = builds;
  for (let i = 0; i < 60 && error !== undefined; i++) {
    const candidates = [...state].flatMap(([path, fields]) =>
      without(fields).map((smaller) => ({ path, smaller })),
    );
    let removed = false;
    for (const { path, smaller } of candidates) {
      if (left-- <= 0) return current;
      const next = { ...current, [path]: writeYaml(smaller, c) };
      const after = runPackage(next).error;
      if (after === error) continue;
      [current, error, removed] = [next, after, true];
      state.set(path, smaller);
      break;
    }
    if (!removed) return current;
  }
  return current;
}

/** The kustomization, each time with one entry of a list, or else one field, less. */
function without(fields: Fields): Fields[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const { [name]: _, ...rest } = fields;
    if (!Array.isArray(value) || value.length < 2) return [rest];
    return value.map((_entry, i) => ({ ...fields, [name]: value.toSpliced(i, 1) }));
  });
}
