/** Whether a number is a whole multiple of another, as decimals and not as floats. */
export function isMultiple(value: number, factor: number): boolean {
  const [a, b] = [toDecimal(value), toDecimal(factor)];
  if (b.digits === 0n) return false;
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = ({ digits, exponent: own }: Decimal): bigint => digits * 10n ** BigInt(own - exponent);
  return scale(a) % scale(b) === 0n;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function toDecimal(value: number): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  return {
    digits: BigInt(`${sign}${whole}${fraction}` || '0'),
    exponent: Number(exponent) - fraction.length,
  };
}
