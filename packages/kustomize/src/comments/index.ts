/**
 * The output of a build with the comments and the order of its sources, for people to read and for repositories of
 * rendered manifests. An extension: kustomize itself prints neither.
 *
 * @module
 */
export { toCommentedYaml } from './commented-yaml.ts';
