// Headless Chromium with a page that has a module loaded.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Whether there is a browser on this machine. */
export const hasBrowser: boolean = existsSync(executablePath);

/** Starts the browser. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGS });
}

/** A page, under a Content Security Policy that allows no generated code where it is to have one. */
export async function openPage(
  browser: Browser,
  { script, ready, forbidsCode = false }: { script: string; ready: string; forbidsCode?: boolean },
): Promise<Page> {
  const page = await browser.newPage();
  const policy = forbidsCode
    ? `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-page'">`
    : '';
  // A script's text must not end its element.
  const text = script.replaceAll('</script', '<\\/script');
  await page.setContent(
    `<!doctype html><head>${policy}<script type="module" nonce="page">${text}</script></head>`,
  );
  await page.waitForFunction((name) => name in globalThis, ready);
  return page;
}
