/** The steps of SHA-1, and the words of the expanded message. */
export const STEPS = 80;

/** The steps that have the same function and constant. */
export const ROUND_STEPS = 20;

/** The constants of the four rounds (FIPS 180-4, 4.2.1). */
export const ROUND_CONSTANTS: readonly [number, number, number, number] = [
  0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xca62_c1d6,
];
