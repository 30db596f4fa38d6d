import { quoteString } from '@gitops-toolkit/go-template';
import { decodeFragment, joinAddress, splitFragment } from './address.ts';
import { collectResources } from './collect-resources.ts';
import { METASCHEMAS } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';
import { type Resource, Site } from './site.ts';

/** Schemas by address. Nothing is fetched: there is what was added, and the drafts' own schemas. */
export class SchemaStore {
  readonly #resolved = new Map<Site, Map<string, Site>>();
  #tracksEvaluated = false;

  /** Whether some schema has a word on what others have looked at; where none has, nobody needs to write it down. */
  get tracksEvaluated(): boolean {
    return this.#tracksEvaluated;
  }

  /** Takes in a document, and gives its root. @throws SchemaFault */
  add(url: string, schema: unknown): Site {
    const { resources, hasUnevaluated } = collectResources(url, schema);
    const root = Site.root({ url, resources }, schema);
    this.#tracksEvaluated ||= hasUnevaluated;
    return root;
  }

  /** What a reference in a schema leads to. @throws SchemaFault */
  resolve(site: Site, reference: string): Site {
    let known = this.#resolved.get(site);
    if (!known) this.#resolved.set(site, (known = new Map()));
    let found = known.get(reference);
    if (!found) known.set(reference, (found = this.#find(site, reference)));
    return found;
  }

  #find({ document, resource, root }: Site, reference: string): Site {
    const [url, fragment] = splitFragment(joinAddress(resource.id, reference));
    const { resources } = document;
    const own = url === document.url ? resources[0] : resources.find(({ id }) => id === url);
    if (own) return resolveIn(root, own, fragment);
    if (url.startsWith('urn:')) return this.add(url, true);
    if (!METASCHEMAS.has(url)) {
      throw new SchemaFault(`failing loading ${quoteString(url)}: schemas are not fetched from elsewhere`);
    }
    const other = metaschema(url);
    return resolveIn(other, other.resource, fragment);
  }
}

const metaschemas = new Map<string, Site>();

/** The root of one of the drafts' own schemas, which are the same for all. */
export function metaschema(url: string): Site {
  let root = metaschemas.get(url);
  if (!root) {
    const document = METASCHEMAS.get(url)?.document;
    root = Site.root({ url, resources: collectResources(url, document).resources }, document);
    metaschemas.set(url, root);
  }
  return root;
}

/** The schema that a dynamic anchor of a resource is for. */
export function dynamicAnchor({ resource, root }: Site, name: string): Site | undefined {
  const path = resource.dynamicAnchors.has(name) ? resource.anchors.get(name) : undefined;
  return path && root.within(path);
}

function resolveIn(root: Site, resource: Resource, fragment: string): Site {
  const decoded = decodeFragment(fragment);
  if (decoded === '' || decoded.startsWith('/')) {
    const tokens = decoded
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    return root.within([...resource.path, ...tokens]);
  }
  const path = resource.anchors.get(decoded);
  if (path) return root.within(path);
  const reference = `${resource.id}#${fragment}`;
  throw new SchemaFault(
    `anchor in ${quoteString(reference)} not found in schema ${quoteString(root.document.url)}`,
  );
}
