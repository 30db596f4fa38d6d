import { re2 } from '#re2';

/** Patterns come from CRDs, so a long-lived server must not keep every one it ever saw. */
const MAX_PATTERNS = 500;

/** A pattern that searches a text, or what is wrong with it. */
export type CompiledPattern =
  | { readonly test: (text: string) => boolean; readonly error?: undefined }
  | { readonly error: string };

const compiled = new Map<string, CompiledPattern>();

/**
 * Compiles a Go regular expression, once. RE2's algorithm takes linear time, whatever the pattern:
 * JavaScript's own would let a tenant's pattern stop the process.
 */
export function compilePattern(pattern: string): CompiledPattern {
  let entry = compiled.get(pattern);
  if (!entry) {
    entry = compileNew(pattern);
    const oldest = compiled.keys().next();
    if (compiled.size >= MAX_PATTERNS && !oldest.done) compiled.delete(oldest.value);
    compiled.set(pattern, entry);
  }
  return entry;
}

function compileNew(pattern: string): CompiledPattern {
  try {
    const expression = re2().compile(pattern);
    return { test: (text) => expression.test(text) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
