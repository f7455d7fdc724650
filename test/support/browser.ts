import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * No sandbox, because root may run the tests; no GPU; no requests of its own. The arguments of the npm package are not
 * used: they switch off the security of pages, and allow one context only.
 */
export const BROWSER_ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The maximum time that a worker waits until the browser is unpacked. */
const UNPACKING_MILLISECONDS = 60_000;

/** The path of the Chromium that is installed, or of that of the npm package, which has the libraries that a bare machine lacks. */
export async function browserPath(): Promise<string> {
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return installed;
  // The package unpacks its libraries only if a variable of its usual cloud is set.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs24.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return onceInRun('chromium-unpacked', async () => {
    const executable = await packaged.executablePath();
    const fonts = path.join(tmpdir(), 'fonts');
    // The package's own configuration names folders of AWS Lambda. Without a font, a text field crashes the browser.
    const folders = `<dir>${fonts}</dir><cachedir>${fonts}-cache</cachedir>`;
    writeFileSync(path.join(fonts, 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>`);
    return executable;
  });
}

/**
 * Unpacks the browser in one worker of a run. The other workers wait for its path. Otherwise they would start an
 * incomplete file.
 *
 * @param name the name of a folder in the temporary folder of the run
 * @param unpack returns the path of the browser
 */
async function onceInRun(name: string, unpack: () => Promise<string>): Promise<string> {
  const folder = path.join(tmpdir(), name);
  const done = path.join(folder, 'done');
  const isFirst = mkdirSync(folder, { recursive: true }) !== undefined;
  if (isFirst) {
    writeFileSync(`${done}.part`, await unpack());
    renameSync(`${done}.part`, done);
  }
  for (const deadline = Date.now() + UNPACKING_MILLISECONDS; !existsSync(done); await sleep(100)) {
    if (Date.now() > deadline) throw new Error('The browser was not unpacked in time');
  }
  return readFileSync(done, 'utf8');
}

/** Starts a headless Chromium. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await browserPath(), args: BROWSER_ARGUMENTS });
}
