/** The media types of artifacts that Flux's command line pushes and its controllers read. */
export const FLUX_TYPES = {
  config: 'application/vnd.cncf.flux.config.v1+json',
  content: 'application/vnd.cncf.flux.content.v1.tar+gzip',
} as const;

/** The media types of Helm charts in registries. */
export const HELM_TYPES = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  content: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  provenance: 'application/vnd.cncf.helm.chart.provenance.v1.prov',
} as const;

/** The annotations that say where an artifact's content is from (OCI image spec, "Pre-Defined Annotation Keys"). */
export const ORIGIN_ANNOTATIONS = {
  source: 'org.opencontainers.image.source',
  revision: 'org.opencontainers.image.revision',
  created: 'org.opencontainers.image.created',
} as const;
