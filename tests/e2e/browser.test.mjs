// Bilag 8 in a real browser with JavaScript switched off, on a phone's screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { faults, launch, newPhone, picture, sendElsewhere, sticksOut } from './lib/browser.mjs';
import { csvObjects } from './lib/csv.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { eventually, request, startServer } from './lib/server.mjs';

let hjemsvar;
let server;
let browser;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  server = await startServer(hjemsvar);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await hjemsvar?.drop();
});

// A round of its own for each test, so that its export holds this test's answers alone.
async function newRound(...words) {
  const { round, links } = await hjemsvar.createRound(...words);
  const code = links.find((link) => link.municipality === 217).code;
  const url = `${server.respondents}/S/${code}`;
  await eventually(() => request(server.respondents, `/S/${code}`), (r) => r.status === 200);
  return { round, url };
}

const withoutScript = (options = {}) => newPhone(browser, { javaScriptEnabled: false, ...options });

// Without script every button leads to another page.
const click = (page, button) => Promise.all([page.waitForNavigation(), page.click(button)]);
const next = (page) => click(page, 'button.main');
const press = (page, action) => click(page, `button[value="${action}"]`);
const progress = (page) => page.textContent('.progress');

async function choose(page, ...ids) {
  for (const id of ids) await page.click(`label:has(#${id})`);
}

// Whatever a page is for, it is valid and fits the screen.
async function look(page, name) {
  await picture(page, name);
  assert.deepEqual(await faults(page), [], name);
  for (const width of [360, 320]) {
    await page.setViewportSize({ width, height: 740 });
    assert.equal(await sticksOut(page), false, `${name} sticks out at ${width} px`);
  }
  await page.setViewportSize({ width: 360, height: 740 });
}

async function exported(round) {
  const csv = await hjemsvar.ok(
    'answers', 'export', '--round', round, '--format', 'csv', '--profile', 'internal', '--out', '-',
  );
  return csvObjects(csv);
}

// From the first page to the one that asks the overall rating: three children, the first
// and the third in daycare.
async function answerUpToScale(page, url) {
  await page.goto(url);
  await next(page);
  await choose(page, 'q1-2', 'q2-2', 'q3-3');
  await next(page);
  await choose(page, 'q4_1-1', 'q4_2-2', 'q4_3-1');
  await next(page);
  await choose(page, 'q5_1-1', 'q5_2-2', 'q5_3-8');
  await next(page);
  await choose(page, 'q6_1-2', 'q6_2-3', 'q6_3-1');
  await next(page);
  await choose(page, 'q7-1');
  await next(page);
  await choose(page, 'q8_1-1', 'q8_3-4');
  await next(page);
}

test('three children from the first page to the thank-you, every page valid', async () => {
  const { round, url } = await newRound();
  const page = await withoutScript();
  await page.goto(url);
  await look(page, 'intro');
  await next(page);
  await look(page, 'family');
  await choose(page, 'q1-3');
  await page.fill('#q1_text', 'mormor');
  await choose(page, 'q2-2', 'q3-3');
  await next(page);
  await choose(page, 'q4_1-1', 'q4_2-2', 'q4_3-1');
  await look(page, 'daycare');
  await next(page);
  await next(page);
  await look(page, 'notice');
  assert.match(await page.textContent('#notice'), /Du kan gå videre uden\./);
  await choose(page, 'q5_1-1', 'q5_2-2', 'q5_3-8');
  await next(page);
  await choose(page, 'q6_1-2', 'q6_2-3', 'q6_3-1');
  await next(page);
  await choose(page, 'q7-1');
  await look(page, 'surroundings');
  await next(page);
  assert.equal(await page.locator('#q8_2').count(), 0, 'the second child was not in daycare');
  await choose(page, 'q8_1-1', 'q8_3-4');
  await look(page, 'cooperation');
  await next(page);
  assert.equal(await progress(page), 'Spørgsmål 9 af 10');
  await choose(page, 'q9-9');
  await look(page, 'scale');
  await next(page);
  await page.fill('#q10', 'Godt <b>forløb</b>,\n"tak"');
  await look(page, 'comment');
  await next(page);
  await look(page, 'check');
  await next(page);
  assert.match(await page.textContent('main'), /Mange tak for din besvarelse!/);
  await look(page, 'thanks');
  const rows = await exported(round);
  assert.equal(rows.length, 1);
  const filled = Object.fromEntries(
    Object.entries(rows[0]).filter(([name, value]) => /^q/.test(name) && value !== ''),
  );
  assert.deepEqual(filled, {
    q1: '3', q1_text: 'mormor', q2: '2', q3: '3',
    q4_1: '1', q4_2: '2', q4_3: '1',
    q5_1: '1', q5_2: '2', q5_3: '8',
    q6_1: '2', q6_2: '3', q6_3: '1',
    q7: '1', q8_1: '1', q8_3: '4',
    q9: '9', q9_first: '9', q9_check: '0',
    q10: 'Godt <b>forløb</b>,\n"tak"',
  });
});

test('Back across three pages keeps what was typed, and it can be sent after', async () => {
  const { round, url } = await newRound();
  const page = await withoutScript();
  await answerUpToScale(page, url);
  await choose(page, 'q9-7');
  await next(page);
  await page.fill('#q10', 'Skrevet før tilbage');
  for (let steps = 0; steps < 3; steps++) await page.goBack();
  assert.equal(await progress(page), 'Spørgsmål 7 af 10');
  assert.ok(await page.isChecked('#q7-1'));
  for (let steps = 0; steps < 3; steps++) await page.goForward();
  assert.equal(await page.inputValue('#q10'), 'Skrevet før tilbage');
  await next(page);
  await press(page, 'send');
  const rows = await exported(round);
  assert.equal(rows.length, 1);
  assert.equal(rows[0].q7, '1');
  assert.equal(rows[0].q9, '7');
  assert.equal(rows[0].q10, 'Skrevet før tilbage');
});

test('a change on the check page leads there and back', async () => {
  const { round, url } = await newRound();
  const page = await withoutScript();
  await answerUpToScale(page, url);
  await choose(page, 'q9-2');
  await next(page);
  await next(page);
  await press(page, 'change:q9');
  await choose(page, 'q9-8');
  await next(page);
  assert.equal(await page.textContent('#q9 dd'), '8');
  await press(page, 'send');
  assert.equal((await exported(round))[0].q9, '8');
});

test('a second, other answer from the same form replaces only when asked', async () => {
  const { round, url } = await newRound();
  const page = await withoutScript();
  await answerUpToScale(page, url);
  await choose(page, 'q9-9');
  await next(page);
  await next(page);
  await sendElsewhere(page, { q9: 3 });
  await press(page, 'send');
  await look(page, 'already-sent');
  assert.equal((await exported(round))[0].q9, '3', 'nothing stored before it is asked for');
  await press(page, 'replace');
  assert.match(await page.textContent('main'), /Dine svar er gemt/);
  const rows = await exported(round);
  assert.equal(rows.length, 1);
  assert.equal(rows[0].q9, '9');
});

test('the missing number of children is said at the top and leads to the field', async () => {
  const { url } = await newRound();
  const page = await withoutScript();
  await page.goto(url);
  await next(page);
  await choose(page, 'q1-1');
  await next(page);
  assert.match(await page.title(), /^Fejl: /);
  await look(page, 'problem');
  assert.ok(await page.isChecked('#q1-1'), 'what was chosen is still there');
  await page.click('#problems a');
  assert.equal(new URL(page.url()).hash, '#q3-1');
});

test('one child by keyboard alone', async () => {
  const { round, url } = await newRound();
  const page = await withoutScript();
  const key = (name) => page.keyboard.press(name);
  // Tab walks until the wanted element has the focus.
  const tabTo = async (selector) => {
    for (let steps = 0; steps < 40; steps++) {
      await key('Tab');
      if (await page.locator(`${selector}:focus`).count()) return;
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  const pressNext = async (keyName = 'Enter') => {
    await tabTo('button.main');
    await Promise.all([page.waitForNavigation(), key(keyName)]);
  };
  await page.goto(url);
  await pressNext();
  await tabTo('#q1-1');
  await key('Space');
  await tabTo('#q2-1');
  await key('Space');
  await key('ArrowDown');
  await tabTo('#q3-1');
  await key('Space');
  await pressNext('Space');
  await tabTo('#q4_1-1');
  await key('Space');
  await pressNext();
  for (const id of ['q5_1-1', 'q6_1-1', 'q7-1', 'q8_1-1', 'q9-1']) {
    await tabTo(`#${id}`);
    await key('Space');
    await key('ArrowDown');
    await pressNext();
  }
  await pressNext();
  await tabTo('button[value="keep:q9"]'); // all is positive but the scale
  await Promise.all([page.waitForNavigation(), key('Enter')]);
  await pressNext();
  assert.match(await page.textContent('main'), /Dine svar er gemt/);
  const [row] = await exported(round);
  assert.deepEqual(
    [row.q1, row.q2, row.q3, row.q4_1, row.q5_1, row.q8_1, row.q9, row.q9_first, row.q9_check],
    ['1', '2', '1', '1', '2', '2', '2', '2', '1'],
  );
});

test('the pages around the questionnaire are valid, in the dark too', async () => {
  const { url } = await newRound('--languages', 'da,en', '--allow-drafts');
  const page = await withoutScript({ colorScheme: 'dark' });
  const places = {
    start: '/',
    'start-mistyped': '/?code=ABC',
    privacy: '/privacy',
    accessibility: '/was',
    withdraw: `${new URL(url).pathname}/withdraw`,
    mistyped: '/S/7KQ4M2W',
    unknown: '/S/7KQ4M2V',
    missing: '/nothing',
    english: `${new URL(url).pathname}?lang=en`,
  };
  for (const [name, place] of Object.entries(places)) {
    await page.goto(server.respondents + place);
    await look(page, `dark-${name}`);
  }
  assert.match(await page.textContent('main'), /This translation is a draft\./);
});
