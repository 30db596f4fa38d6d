/** A complex number, of which templates know little more than how to write and print one. */
export class Complex {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
    Object.freeze(this);
  }
}
