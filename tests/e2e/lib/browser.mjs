// A parent's browser: Debian's Chromium, a phone's screen, an empty profile, nothing that
// runs in the background. The headless shell is the same engine without the windows, and
// takes less than half of the processor's time.
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { HtmlValidate, StaticConfigLoader } from 'html-validate';

// An import would look through six megabytes for the names that they export, and run in here what
// is for pages.
const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

export const phone = { width: 360, height: 740 };

// With pagesKept, pages that were left are kept as they are, as browsers do on phones (the
// back/forward cache): the library switches that off, and the headless shell has none.
export function launch({ pagesKept = false } = {}) {
  return chromium.launch({
    executablePath: pagesKept ? '/usr/bin/chromium' : '/usr/bin/chromium-headless-shell',
    args: ARGUMENTS,
    ignoreDefaultArgs: pagesKept ? ['--disable-back-forward-cache'] : [],
  });
}

// A new phone: no cookie, no cache, no history. It notes what was served last (served), what
// it asked for (requests, "GET /S/…") and what went wrong in the page's script or against
// its Content-Security-Policy (broken).
export async function newPhone(browser, options = {}) {
  const context = await browser.newContext({ viewport: phone, ...options });
  const page = watch(await context.newPage());
  page.scriptless = options.javaScriptEnabled === false;
  return page;
}

export function watch(page) {
  page.requests = [];
  page.broken = [];
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) page.served = response;
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http'))
      page.requests.push(`${request.method()} ${url.pathname}${url.search}`);
  });
  page.on('pageerror', (error) => page.broken.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) page.broken.push(message.text());
  });
  return page;
}

// For people: pictures of the pages that a test meets, in the folder TEST_SCREENSHOTS.
export async function picture(page, name) {
  const folder = process.env.TEST_SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

// The same rules for every page, put together once.
class Rules extends StaticConfigLoader {
  getConfigFor() {
    this.known ??= super.getConfigFor('inline');
    return this.known;
  }
}

const validator = new HtmlValidate(
  new Rules({
    extends: ['html-validate:recommended'],
    elements: ['html5'],
    rules: {
      // A page of a questionnaire may have a long question as its title.
      'long-title': 'off',
      // Templates leave a blank where a part is left out.
      'no-trailing-whitespace': 'off',
      // The templates of the script hold "q5_{n}", which HTML allows.
      'valid-id': ['error', { relaxed: true }],
    },
  }),
);

// What is wrong with the HTML of the page as it was served: a list of "line:column rule
// message".
export async function faults(page) {
  const report = await validator.validateString(await page.served.text());
  return report.results.flatMap((result) =>
    result.messages.map((m) => `${m.line}:${m.column} ${m.ruleId} ${m.message}`),
  );
}

// Sends the form of a check page without script, as a copy of its tab would, with other answers.
export async function sendElsewhere(page, changes) {
  const fields = await page.$$eval('#form input[type=hidden]', (list) =>
    list.map(({ name, value }) => [name, value]),
  );
  const body = new URLSearchParams([...fields, ['action', 'send']]);
  for (const [name, value] of Object.entries(changes)) body.set(name, value);
  const reply = await fetch(page.url(), {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body,
  });
  if (reply.status !== 201) throw new Error(`${reply.status} ${await reply.text()}`);
}

// Whether something sticks out to the side of the screen.
export function sticksOut(page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// What hinders people, by axe-core: a list of "rule: help: element". In the dark only the
// colours differ.
export async function barriers(page, { dark = true } = {}) {
  const session = page.scriptless ? await page.context().newCDPSession(page) : null;
  // Where the page has no script, axe still needs it. Only a change is heard.
  const disable = (value) =>
    session?.send('Emulation.setScriptExecutionDisabled', { value });
  await disable(true);
  await disable(false);
  if (!(await page.evaluate(() => Boolean(globalThis.axe)))) await page.evaluate(axe);
  const found = await violations(page, RULES);
  if (dark) {
    await page.emulateMedia({ colorScheme: 'dark' });
    found.push(...(await violations(page, ['color-contrast'])).map((line) => `dark: ${line}`));
    await page.emulateMedia({ colorScheme: null });
  }
  await disable(true);
  await session?.detach();
  return found;
}

async function violations(page, rules) {
  const report = await page.evaluate(
    (runOnly) => globalThis.axe.run({ runOnly, resultTypes: ['violations'], selectors: false }),
    rules,
  );
  return report.violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html}`),
  );
}
