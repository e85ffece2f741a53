// pictures.mjs RESPONDENTS PATH FOLDER: pictures of the main states of a parent's phone, as
// PNG files in FOLDER. The round asks back a scale that is read upside down, invites the
// other parent, and has Danish and Arabic.
import { join } from 'node:path';

import { launch, newPhone } from './chromium.mjs';

const [respondents, path, folder] = process.argv.slice(2);
const link = `http://${respondents}${path}`;
const COMMENT = 'Hun så, hvad vi kunne, og ikke kun det svære. Det gav ro derhjemme.';

const browser = await launch();

async function open(address = link, options = {}) {
  const page = await newPhone(browser, { deviceScaleFactor: 2, ...options });
  await page.goto(address);
  return page;
}

const picture = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });
const press = (page, value = 'next') => page.tap(`#step button[value="${value}"]`);

async function choose(page, ...ids) {
  for (const id of ids) await page.tap(`label:has(#${id})`);
  await page.evaluate(() => document.activeElement.blur());
}

// Up to the page named by its first field, with two children, both in daycare.
const STEPS = [
  ['q1', 'q1-2', 'q2-1', 'q3-2'],
  ['q4_1', 'q4_1-1', 'q4_2-1'],
  ['q5_1', 'q5_1-1', 'q5_2-2'],
  ['q6_1', 'q6_1-1', 'q6_2-1'],
  ['q7', 'q7-2'],
  ['q8_1', 'q8_1-1', 'q8_2-2'],
];

async function upTo(page, field) {
  await press(page);
  for (const [name, ...ids] of STEPS) {
    if (name === field) return;
    await choose(page, ...ids);
    await press(page);
  }
}

// To the check page, with a number for question 9.
async function toCheck(page, scale) {
  await upTo(page, 'q9');
  await choose(page, `q9-${scale}`);
  await press(page);
  await page.fill('#q10', COMMENT);
  await press(page);
}

const top = (page) => page.evaluate(() => scrollTo(0, 0));

async function answering() {
  const page = await open();
  await picture(page, 'first-page');
  await upTo(page, 'q5_1');
  await choose(page, 'q5_1-1');
  await top(page);
  await picture(page, 'each-child');
  await choose(page, 'q5_2-2');
  await press(page);
  await choose(page, 'q6_1-1', 'q6_2-1');
  await press(page);
  await press(page);
  await top(page);
  await picture(page, 'unanswered');
  await choose(page, 'q7-2');
  await press(page);
  await choose(page, 'q8_1-1', 'q8_2-2');
  await press(page);
  await choose(page, 'q9-9');
  await top(page);
  await picture(page, 'scale');
  await press(page);
  await page.fill('#q10', COMMENT);
  await picture(page, 'comment');
  await press(page);
  await picture(page, 'check');
  await page.context().setOffline(true);
  await press(page, 'send');
  await page.waitForSelector('#problems');
  await picture(page, 'offline');
  await page.context().setOffline(false);
  await page.waitForSelector('#receipt', { state: 'attached' });
  await picture(page, 'thanks');
}

async function upsideDown() {
  const page = await open();
  await toCheck(page, 1);
  await page.locator('button[value^="keep"]').scrollIntoViewIfNeeded();
  await picture(page, 'scale-asked-back');
}

async function mistake() {
  const page = await open();
  await press(page);
  await choose(page, 'q1-2');
  await press(page);
  await picture(page, 'problem');
}

async function others() {
  const arabic = await open(`${link}?lang=ar`);
  await picture(arabic, 'arabic-first-page');
  await upTo(arabic, 'q5_1');
  await choose(arabic, 'q5_1-1');
  await top(arabic);
  await picture(arabic, 'arabic');
  const dark = await open(link, { colorScheme: 'dark' });
  await upTo(dark, 'q7');
  await choose(dark, 'q7-2');
  await top(dark);
  await picture(dark, 'dark');
  const narrow = await open(link, { viewport: { width: 320, height: 256 }, isMobile: false });
  await upTo(narrow, 'q5_1');
  await top(narrow);
  await picture(narrow, 'zoomed');
  const start = await open(`http://${respondents}/?code=ABC`);
  await picture(start, 'start-mistyped');
}

await answering();
await upsideDown();
await mistake();
await others();
await browser.close();
