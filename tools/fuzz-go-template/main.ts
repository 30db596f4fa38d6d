// Answers random templates with the real libraries and with the packages, and prints every one that they answer
// differently: `main.ts <program> [count] [first seed] [go|helm]`, where the program is `go build` of this folder.
import { spawnSync } from 'node:child_process';
import { Chance } from '../fuzz-kustomize/chance.ts';
import { mutateTemplate } from '../fuzz/go-template/mutate-template.ts';
import { CALLS, HELM_CALLS } from '../fuzz/go-template/random-call.ts';
import { DATA, randomTemplate } from '../fuzz/go-template/random-template.ts';
import { printedCall } from '../fuzz/go-template-functions.ts';
import { smallerTexts } from '../fuzz/smaller-texts.ts';
import { type Answer, answerGo, answerHelm } from './answer.ts';

type Mode = 'go' | 'helm';

const [program = '', count = '1000', first = '1', mode = 'go'] = process.argv.slice(2);
const BATCH = 500;
const SHOWN = 40;

let shown = 0;
const seen = new Set<string>();
for (let done = 0; done < Number(count) && shown < SHOWN; done += BATCH) {
  const texts = Array.from({ length: BATCH }, (_, i) => textOf(Number(first) + done + i));
  const theirs = ask(texts, mode as Mode);
  for (const [i, text] of texts.entries()) {
    const difference = await differenceOf(text, theirs[i]!, mode as Mode);
    if (difference !== undefined) await report(Number(first) + done + i, text, difference);
  }
}
console.log(`${count} templates in mode ${mode}, ${shown} differences shown`);

function textOf(seed: number): string {
  const chance = new Chance(seed);
  const calls = mode === 'helm' ? HELM_CALLS : CALLS;
  const template = (): string => randomTemplate(chance, calls);
  const text = chance.one(
    template,
    () => printedCall(chance, calls),
    () => printedCall(chance, calls),
    () => mutateTemplate(chance, template()),
  )();
  const whole = text.replaceAll(/\p{Surrogate}/gu, '');
  return mode === 'helm' ? `{{with .Values}}${whole}{{end}}` : whole;
}

/** The program's answers. Go dies of values that contain themselves: then it is started again for what comes after. */
function ask(texts: readonly string[], asked: Mode): Answer[] {
  const answers: Answer[] = [];
  while (answers.length < texts.length) {
    const lines = texts
      .slice(answers.length)
      .map((template) => JSON.stringify({ mode: asked, template, values: DATA }));
    const { stdout, status } = spawnSync(program, {
      input: lines.join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    for (const line of stdout.split('\n')) if (line !== '') answers.push(JSON.parse(line) as Answer);
    if (status !== 0) answers.push({ output: '', error: 'panic: it died' });
  }
  return answers;
}

/** How two answers differ, without what no two runs agree in. */
async function differenceOf(text: string, theirs: Answer, asked: Mode): Promise<string | undefined> {
  // With what the program was built shows in the version of Helm.
  if (/goversion/i.test(theirs.output + (theirs.error ?? ''))) return undefined;
  // Go takes keys in any order, and lets templates nest until its own stack ends.
  if (/\b(keys|values)\b/.test(text) || theirs.error?.includes('maximum template depth')) return undefined;
  if (theirs.error?.startsWith('panic:') || /0x[0-9a-f]{8,}/.test(theirs.output + (theirs.error ?? '')))
    return undefined;
  const ours = asked === 'go' ? answerGo(text) : await answerHelm(text);
  if (ours.error?.includes('a limit is exceeded')) return undefined;
  const isSame = theirs.error === ours.error && (asked === 'helm' || theirs.output === ours.output);
  return isSame && theirs.output === ours.output ? undefined : JSON.stringify([theirs, ours], undefined, 1);
}

async function report(seed: number, text: string, difference: string): Promise<void> {
  const kind = difference.replaceAll(/\d+|"[^"]{0,40}"|<[^>]*>/g, '');
  if (seen.has(kind)) return;
  seen.add(kind);
  shown++;
  const smallest = await shrink(text);
  console.log(
    `== seed ${seed}: ${JSON.stringify(smallest)}\n${(await differenceOf(smallest, ask([smallest], mode as Mode)[0]!, mode as Mode)) ?? difference}`,
  );
}

/** The smallest text that is answered differently. */
async function shrink(text: string): Promise<string> {
  let smallest = text;
  for (let found = true, tries = 0; found && tries < 12; tries++) {
    found = false;
    const candidates = [...smallerTexts(smallest)].slice(0, 400);
    const theirs = ask(candidates, mode as Mode);
    for (const [i, candidate] of candidates.entries()) {
      if ((await differenceOf(candidate, theirs[i]!, mode as Mode)) === undefined) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
