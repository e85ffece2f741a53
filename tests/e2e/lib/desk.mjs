// The console in a browser: somebody who is signed in, at a desk or on a phone.
//
//   const page = await deskPage(browser, staff, phone);   // staff.mjs; { javaScriptEnabled: false }
//   await page.goto(`${desk.server.console}/rounds`);
//   await click(page, 'button.main');
//   await look(page, 'rounds');
import assert from 'node:assert/strict';

import { barriers, faults, newPhone, phone, picture, sticksOut } from './browser.mjs';
import { COOKIE } from './staff.mjs';

export const desktop = { width: 1280, height: 900 };

// [where, viewport] of each screen that every page has to fit.
export const screens = Object.entries({ desktop, phone });

export async function deskPage(browser, staff, viewport = desktop, options = {}) {
  const page = await newPhone(browser, { viewport, ...options });
  const { hostname } = new URL(staff.server.console);
  await page.context().addCookies([
    { name: COOKIE, value: staff.cookie, domain: hostname, path: '/', secure: true, httpOnly: true },
  ]);
  return page;
}

export const click = (page, selector) =>
  Promise.all([page.waitForNavigation(), page.click(selector)]);

const known = new Set();

// Whatever a page is for: it is valid HTML, hinders nobody, fits the screen and breaks no rule
// of its own policy. What is served and its colours in the dark are the same on every screen, so
// they are looked at on the first of them.
export async function look(page, name) {
  const { width } = page.viewportSize();
  const first = !known.has(name);
  known.add(name);
  await picture(page, `console_${name}_${width}`);
  if (first) assert.deepEqual(await faults(page), [], name);
  assert.deepEqual(await barriers(page, { dark: first }), [], name);
  assert.equal(await sticksOut(page), false, `${name} sticks out at ${width} px`);
  assert.deepEqual(page.broken, [], name);
}
