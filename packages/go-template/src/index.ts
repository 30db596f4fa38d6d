/**
 * Go's `text/template` for JavaScript, with Go's results and Go's error texts.
 *
 * - A {@link TemplateSet} holds templates that can call each other; each is compiled to a JavaScript function once.
 * - A {@link goFunction} is what templates can call: its parameters have Go types, which are checked as Go does.
 * - Values carry Go's types: a `number` is a `float64`, a `bigint` an `int`; {@link Sized} numbers, {@link GoStruct}s,
 *   and maps and lists of {@link typedMap} and {@link typedList} are for the others.
 *
 * @example
 * ```ts
 * import { TemplateSet } from '@gitops-toolkit/go-template';
 * const set = new TemplateSet().parse('list', '{{range $i, $e := .}}{{$i}}={{$e}};{{end}}');
 * console.log(set.execute('list', ['a', 'b'])); // 0=a;1=b;
 * ```
 *
 * @module
 */
export type { ExecutionMode } from './compile/compile.ts';
export { FunctionError, TemplateError, type TemplateErrorCode, type TemplateErrorOptions } from './errors.ts';
export type { MissingKey } from './execute/execution.ts';
export { Budget, countValue, type ExecutionLimits, LimitError, type LimitName } from './execute/limits.ts';
export { type FloatFormat, formatFloat, printFloat } from './format/format-float.ts';
export { printValue } from './format/format-value.ts';
export { quoteRune, quoteString } from './format/quote.ts';
export { cleanPath } from './sprig/paths.ts';
export { sprint, sprintf } from './format/sprintf.ts';
export { TemplateCache } from './template-cache.ts';
export { TemplateSet, type TemplateSetOptions } from './template-set.ts';
export { type PlacedTemplate, TemplatePlace } from './trace/template-place.ts';
export type { TracedPart, TracedText, TraceScope } from './trace/traced-text.ts';
export { type TracedFailure, Tracer } from './trace/tracer.ts';
export type { ValuePath, ValueRead } from './trace/value-reads.ts';
export { Complex } from './value/complex.ts';
export type { FunctionMap } from './value/function-map.ts';
export { goFunction, type GoFunction, type GoType, isGoFunction } from './value/go-function.ts';
export { byteLength, compareStrings, fromBytes, sliceBytes, toBytes } from './value/go-string.ts';
export { GoStruct, type StructType } from './value/go-struct.ts';
export {
  isAssignable,
  type Kind,
  kindOf,
  methodOf,
  nameType,
  typeOf,
  type TypeMethods,
  underlyingType,
} from './value/go-type.ts';
export { int64, type IntegerType, type NamedNumber, Sized, type SizedType } from './value/sized.ts';
export { sortedKeys } from './value/sorted-keys.ts';
export { isTrue, lengthOf } from './value/truth.ts';
export {
  type GoMap,
  isGoMap,
  isNilList,
  isNilMap,
  nilList,
  nilMap,
  retypeMap,
  typedList,
  typedMap,
  typeMark,
  viewAs,
} from './value/typed.ts';
export { type ChanceSource, type SprigOptions, sprigFunctions } from './sprig/sprig.ts';
export type { CertificateMaker, CertificatePair, CertificateRequest } from './certificates/authority.ts';
export type { HostLookup } from './sprig/network.ts';
export { platformRandom, type RandomSource } from './sprig/random-source.ts';
export { deepCopy } from './sprig/merge.ts';
export { decodeJson } from './json/decode.ts';
export { encodeJson, type JsonOptions } from './json/encode.ts';
export { parseTimeValue } from './time/parse-time-value.ts';
export type { TimeValue } from './time/time-value.ts';
export { toBase64 } from './bytes/bit-encoding.ts';
