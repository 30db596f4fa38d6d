import type { FieldError } from '@gitops-toolkit/schema';

import { type Draft, items, maybeChild, text } from '../draft.ts';
import { duplicateValue, forbiddenField, invalidValue, notSupported, required } from '../field-errors.ts';
import { nameErrors } from '../names.ts';

/** The most common mistakes in the spec of a Pod. `claims` are names of volumes that its owner adds to it. */
export function validatePodSpec(
  spec: Draft | undefined,
  path: string,
  claims: readonly unknown[] = [],
): FieldError[] {
  const containers = items(spec, 'containers');
  const errors: FieldError[] = [];
  const volumes = new Set([...items(spec, 'volumes').map((volume) => volume['name']), ...claims]);
  if (containers.length === 0) errors.push(required(`${path}.containers`));
  const names = new Set<unknown>();
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    items(spec, list).forEach((container, i) => {
      const at = `${path}.${list}[${i}]`;
      errors.push(...validateContainer(container, at, volumes));
      if (names.has(container['name'])) errors.push(duplicateValue(`${at}.name`, container['name']));
      names.add(container['name']);
    });
  }
  items(spec, 'ephemeralContainers').forEach((container, i) => {
    const at = `${path}.ephemeralContainers[${i}]`;
    errors.push(...validateEphemeral(container, at, [...containers, ...items(spec, 'initContainers')]));
  });
  const restartPolicy = spec?.['restartPolicy'];
  if (!['Always', 'OnFailure', 'Never', undefined].includes(restartPolicy as string)) {
    errors.push(notSupported(`${path}.restartPolicy`, restartPolicy, ['Always', 'Never', 'OnFailure']));
  }
  return errors;
}

/** What containers for debugging may not have, for nobody would wait for it. */
const NOT_EPHEMERAL = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];

function validateEphemeral(container: Draft, path: string, others: readonly Draft[]): FieldError[] {
  const errors = NOT_EPHEMERAL.filter((field) => container[field] !== undefined).map((field) =>
    forbiddenField(`${path}.${field}`, 'cannot be set for an Ephemeral Container'),
  );
  const target = text(container, 'targetContainerName');
  if (target !== '' && !others.some(({ name }) => name === target)) {
    errors.push(notFound(`${path}.targetContainerName`, target));
  }
  return errors;
}

const notFound = (field: string, value: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  message: `Not found: ${JSON.stringify(value ?? '')}`,
});

function validateContainer(container: Draft, path: string, volumes: ReadonlySet<unknown>): FieldError[] {
  const errors: FieldError[] = [];
  const name = text(container, 'name');
  if (name === '') errors.push(required(`${path}.name`));
  else for (const text of nameErrors('label', name)) errors.push(invalidValue(`${path}.name`, name, text));
  if ((container['image'] ?? '') === '') errors.push(required(`${path}.image`));
  items(container, 'ports').forEach((port, i) => {
    const number = port['containerPort'];
    const at = `${path}.ports[${i}].containerPort`;
    if (number === undefined) errors.push(required(at));
    else if (Number(number) < 1 || Number(number) > 65535) {
      errors.push(invalidValue(at, number, 'must be between 1 and 65535, inclusive'));
    }
  });
  items(container, 'env').forEach((variable, i) => {
    if ((variable['name'] ?? '') === '') errors.push(required(`${path}.env[${i}].name`));
  });
  items(container, 'volumeMounts').forEach((mount, i) => {
    const volume = mount['name'];
    if (!volumes.has(volume)) {
      errors.push(notFound(`${path}.volumeMounts[${i}].name`, volume));
    }
  });
  return errors;
}

/** What a workload with a selector and a template has to keep to. */
export function validateWorkload(spec: Draft | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const replicas = spec?.['replicas'];
  if (typeof replicas === 'number' && replicas < 0) {
    errors.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  const selector = maybeChild(spec, 'selector');
  const labels = maybeChild(maybeChild(maybeChild(spec, 'template'), 'metadata'), 'labels') ?? {};
  const wanted = maybeChild(selector, 'matchLabels') ?? {};
  const isEmpty = Object.keys(wanted).length === 0 && items(selector, 'matchExpressions').length === 0;
  const mismatch = invalidValue(
    'spec.template.metadata.labels',
    Object.keys(labels).length === 0 ? null : labels,
    '`selector` does not match template `labels`',
  );
  // No selector matches nothing, which is reported as well.
  if (!selector) errors.push(required('spec.selector'), mismatch);
  else if (isEmpty)
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  else if (
    Object.entries(wanted).some(([key, value]) => !Object.hasOwn(labels, key) || labels[key] !== value)
  ) {
    errors.push(mismatch);
  }
  // A StatefulSet gives each of its Pods a volume for each of its claims.
  const claims = items(spec, 'volumeClaimTemplates').map((claim) => maybeChild(claim, 'metadata')?.['name']);
  const podSpec = maybeChild(maybeChild(spec, 'template'), 'spec');
  return [...errors, ...validatePodSpec(podSpec, 'spec.template.spec', claims)];
}
