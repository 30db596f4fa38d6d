import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';

export default defineConfig(
  bundleLibrary([
    'src/index.ts',
    'src/bucket/index.ts',
    'src/git/write/index.ts',
    'src/helm/index.ts',
    'src/oci/index.ts',
    'src/storage/s3/index.ts',
  ]),
);
