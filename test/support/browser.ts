import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * No sandbox, because root may run the tests; no GPU; no requests of its own. The arguments of the npm package are not
 * used: they switch off the security of pages, and allow one context only.
 */
const ARGUMENTS = [
  ...['--no-sandbox', '--no-zygote', '--disable-gpu', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/**
 * Starts a headless Chromium: the one that is installed, or that of the npm package, which has the libraries that a
 * bare machine lacks.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return chromium.launch({ executablePath: installed, args: ARGUMENTS });
  // The package unpacks its libraries only if a variable of its usual cloud is set.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs24.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packaged.executablePath(), args: ARGUMENTS });
}
