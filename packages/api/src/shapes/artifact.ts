import { map, object, optional } from '../builder/containers.ts';
import { dateTime, integer, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type { Artifact } from '../generated/resource-types.ts';

/** What a source produced and stored for others to fetch. */
export function artifact(description: string): Type<Artifact> {
  return object(
    description,
    {
      path: string('Where the file is, below the root of the storage.'),
      url: string('Where the file can be fetched over HTTP. The digest tells whether it arrived whole.'),
      revision: string('The version of the source in a form that people can trace: `main@sha1:4a1b…`.'),
      digest: string('Checksum of the file: `sha256:9f86…`.', {
        pattern: '^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$',
      }),
      lastUpdateTime: dateTime('When the file was written.'),
      size: optional(integer('Bytes in the file.')),
      metadata: optional(
        map('What upstream says of the content, such as OCI annotations.', string('A value.')),
      ),
    },
    { about: 'What a source produced and stored for others to fetch.', name: 'Artifact' },
  );
}
