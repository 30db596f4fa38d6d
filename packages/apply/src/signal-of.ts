/** The signal as the options of a call take it: absent where there is none. */
export function signalOf({ signal }: { readonly signal?: AbortSignal | undefined }): {
  readonly signal?: AbortSignal;
} {
  return signal ? { signal } : {};
}
