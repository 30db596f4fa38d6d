// The lexer and the parser, with templates that are broken here and there.
export { brokenTemplates as target } from './go-template.ts';
