// Debian's Chromium as a parent's phone, for the measurements and the pictures.
import { chromium } from 'playwright-core';

export const program = '/usr/bin/chromium';

export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

export const launch = () => chromium.launch({ executablePath: program, args: flags });

// A new phone: no cookie, no cache, no history.
export async function newPhone(browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 },
    isMobile: true,
    hasTouch: true,
    locale: 'da-DK',
    ...options,
  });
  return context.newPage();
}
