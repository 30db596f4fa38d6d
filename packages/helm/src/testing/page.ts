// What a page of the browser test loads, in its global scope.
import { type FilesToRender, renderFiles } from './render-files.ts';

Object.assign(globalThis, {
  generatesCode: canGenerateCode(),
  /** Later: what a debugger calls may generate code, whatever the page's policy says. */
  async renderFiles(chart: FilesToRender): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve));
    return renderFiles(chart);
  },
});

function canGenerateCode(): boolean {
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
    return (new Function('return true') as () => boolean)();
  } catch {
    return false;
  }
}
