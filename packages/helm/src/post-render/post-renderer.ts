import { errorMessage } from '@gitops-toolkit/core';
import { HelmError } from '../errors.ts';

/**
 * Changes what a chart was rendered to: takes documents of YAML as one text, and gives such a text. It is a function of
 * yours, and may do anything, such as a build of kustomize with the text as a resource.
 *
 * Documents of Helm 4 have the annotation `postrenderer.helm.sh/postrender-filename`, by which what comes back finds its
 * template again; it is removed then. One without it counts as a file of its own.
 */
export type PostRenderer = (yaml: string) => string;

/** A {@link PostRenderer} that may take its time. */
export type AsyncPostRenderer = (yaml: string) => string | Promise<string>;

/**
 * What post-renderers of Helm 4 get: `combined`, hooks and all else in one text; `separate`, the hooks in one and all
 * else in another; `nohooks`, all but hooks. Those of Helm 3 never get hooks.
 */
export type PostRenderStrategy = 'combined' | 'separate' | 'nohooks';

/** A text that goes through the post-renderers. */
export interface PostRenderInput {
  /** What Helm calls it in messages. */
  readonly name: 'files' | 'hooks' | 'manifests';
  readonly yaml: string;
}

/** Texts for post-renderers, and what to do with those that come back. */
export interface PostRenderPlan<T> {
  readonly inputs: readonly PostRenderInput[];
  /** @param outputs as many as there are inputs, in their order */
  readonly finish: (outputs: readonly string[]) => T;
}

/** Runs a text through post-renderers, one after the other. @throws HelmError `HELM_POST_RENDER_FAILED` */
export function postRender({ name, yaml }: PostRenderInput, renderers: readonly PostRenderer[]): string {
  try {
    return renderers.reduce((text, run) => run(text), yaml);
  } catch (error) {
    throw failed(name, error);
  }
}

/** As {@link postRender}, with renderers that take their time. */
export async function postRenderAsync(
  { name, yaml }: PostRenderInput,
  renderers: readonly AsyncPostRenderer[],
): Promise<string> {
  let text = yaml;
  try {
    for (const run of renderers) text = await run(text);
  } catch (error) {
    throw failed(name, error);
  }
  return text;
}

function failed(name: string, cause: unknown): HelmError {
  const message = `error while running post render on ${name}: ${errorMessage(cause)}`;
  return new HelmError('HELM_POST_RENDER_FAILED', message, { cause });
}
