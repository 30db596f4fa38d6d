/** A piece of YAML that stands in a file as it is: a scalar in an odd notation, an anchor, a flow collection. */
export class RawText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
