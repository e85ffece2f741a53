// A parent's browser: Debian's Chromium, a phone's screen, an empty profile, nothing that
// runs in the background.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

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

export function launch() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS });
}

// A new phone: no cookie, no cache, no history.
export async function newPhone(browser, options = {}) {
  const context = await browser.newContext({ viewport: phone, ...options });
  const page = await context.newPage();
  page.on('response', (response) => {
    if (response.request().isNavigationRequest()) page.served = response;
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

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // A page of a questionnaire may have a long question as its title.
    'long-title': 'off',
    // Templates leave a blank where a part is left out.
    'no-trailing-whitespace': 'off',
  },
});

// What is wrong with the HTML of the page as it was served: a list of "line:column rule
// message".
export async function faults(page) {
  const report = await validator.validateString(await page.served.text());
  return report.results.flatMap((result) =>
    result.messages.map((m) => `${m.line}:${m.column} ${m.ruleId} ${m.message}`),
  );
}

// Whether something sticks out to the side of the screen.
export function sticksOut(page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
}
