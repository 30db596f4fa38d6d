/**
 * The built-in kinds of Kubernetes and their schemas alone, without what validates by them.
 *
 * @module
 */
export type { Schema } from '../schema.ts';
export {
  type BuiltinResource,
  builtinResource,
  builtinResources,
  type BuiltinSubresource,
} from './resources.ts';
export { builtinSchema } from './schemas.ts';
