import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';

export default defineConfig(
  bundleLibrary([
    'src/index.ts',
    'src/http/index.ts',
    'src/node/index.ts',
    'src/node/der.ts',
    'src/node/certificate.ts',
  ]),
);
