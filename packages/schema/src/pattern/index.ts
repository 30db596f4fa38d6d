/**
 * Patterns by users alone, without what validates by them.
 *
 * @module
 */
export { compilePattern, type CompiledPattern } from './compile-pattern.ts';
