import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';

export default defineConfig(
  bundleLibrary(
    [
      'src/index.ts',
      'src/builtin/index.ts',
      'src/pattern/index.ts',
      'src/structural/index.ts',
      'src/re2/browser.ts',
      'src/re2/node.ts',
    ],
    { external: ['#re2'] },
  ),
);
