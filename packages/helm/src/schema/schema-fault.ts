/** A schema that cannot be used, in the words of the Go package `santhosh-tekuri/jsonschema`. */
export class SchemaFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaFault';
  }
}
