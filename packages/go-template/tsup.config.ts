import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';

export default defineConfig(
  bundleLibrary(
    [
      'src/index.ts',
      'src/certificates/browser.ts',
      'src/certificates/node.ts',
      'src/platform/libraries-browser.ts',
      'src/platform/libraries-node.ts',
    ],
    { external: ['#certificates', '#libraries'] },
  ),
);
