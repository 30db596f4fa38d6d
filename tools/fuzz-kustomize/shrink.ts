import type { Files } from './random-kustomization.ts';

/** Takes lines and files away as long as the tree stays interesting. */
export function shrink(files: Files, isInteresting: (files: Files) => boolean, budget: number): Files {
  let best = files;
  let left = budget;
  const attempt = (candidate: Files): boolean => {
    if (left-- <= 0 || !isInteresting(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (const name of Object.keys(best)) {
      const { [name]: _, ...without } = best;
      if (attempt(without)) {
        progress = true;
        continue;
      }
      let lines = (best[name] ?? '').split('\n');
      for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let at = 0; at < lines.length;) {
          // Objects without apiVersion are a strange world of their own.
          if (size === 1 && lines[at]?.includes('apiVersion:')) {
            at++;
            continue;
          }
          const kept = [...lines.slice(0, at), ...lines.slice(at + size)];
          if (attempt({ ...best, [name]: kept.join('\n') })) {
            lines = kept;
            progress = true;
          } else at += size;
        }
      }
    }
  }
  return best;
}
