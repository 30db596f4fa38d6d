/** How many characters the URL of a source may have: more than any that means one. */
export const MAX_URL_LENGTH = 4096;
