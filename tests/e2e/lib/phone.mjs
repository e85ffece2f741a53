// Parents on their phones: an installation with a browser, and a hand that answers page
// after page, with the page's script or without it.
//
//   const stage = await Stage.create();
//   const { round, url } = await stage.newRound();
//   const parent = await stage.parent();             // { javaScriptEnabled: false }
//   await parent.open(url);
//   await parent.walk({ q3: 2, q9: 7 }, '#q9');      // or to the check page
//   await parent.press('send');
import assert from 'node:assert/strict';

import { exportRows } from './answers.mjs';
import { launch, newPhone } from './browser.mjs';
import { Hjemsvar } from './hjemsvar.mjs';
import { eventually, request, startServer } from './server.mjs';

const HELSINGOER = 217;
const PAGES_MAX = 30; // walked in one go

export const CHECK = 'main dl';

export class Stage {
  static async create() {
    const stage = new Stage();
    [stage.browser, stage.hjemsvar] = await Promise.all([launch(), Hjemsvar.create()]);
    stage.server = await startServer(stage.hjemsvar);
    return stage;
  }

  // A round of its own for each test, so that its export holds this test's answers alone.
  async newRound(...words) {
    const { round, links } = await this.hjemsvar.createRound(...words);
    const { code } = links.find((link) => link.municipality === HELSINGOER);
    this.server.keep(code);
    await this.open(code);
    return { round, code, path: `/S/${code}`, url: `${this.server.respondents}/S/${code}` };
  }

  // The server hears of a change within a second.
  open(code, status = 200) {
    return eventually(
      () => request(this.server.respondents, `/S/${code}`),
      (reply) => reply.status === status,
    );
  }

  async parent(options = {}) {
    return new Parent(await newPhone(this.browser, options), options);
  }

  rows(round) {
    return exportRows(this.hjemsvar, round);
  }

  async close() {
    await this.browser?.close();
    await this.server?.stop();
    await this.hjemsvar?.drop();
  }
}

export class Parent {
  constructor(page, { javaScriptEnabled = true } = {}) {
    this.page = page;
    this.script = javaScriptEnabled;
    this.visits = 0;
    page.setDefaultTimeout(90_000);
  }

  // Each time anew, as from a letter: a browser takes the address it is at for a reload.
  open(url) {
    const place = new URL(url);
    const there = new URL(this.page.url()).pathname === place.pathname;
    if (there) place.searchParams.set('visit', ++this.visits);
    return this.page.goto(place.href);
  }

  // Ends with the phone put away; the page must not have had a fault on its way.
  async leave() {
    assert.deepEqual(this.page.broken, []);
    await this.page.context().close();
  }

  button(value) {
    return this.page.locator(`main button[value="${value}"]`).first();
  }

  // Without script another page comes: a click is done when that begins, not when all of it is there.
  async press(value) {
    await this.button(value).click();
    if (!this.script) await this.page.waitForLoadState();
  }

  // Taps options by their ids: "q5_1-8".
  async choose(...ids) {
    for (const id of ids) await this.page.click(`label:has(#${id})`);
  }

  sees(selector) {
    return this.page.locator(selector).count();
  }

  // Fills in what the page asks, as far as there is an answer.
  async fill(answers) {
    await this.page.$$eval(
      'main input[type=radio], main textarea',
      (list, given) => {
        for (const element of list) {
          const value = given[element.name];
          if (value === undefined) continue;
          if (element.type !== 'radio') element.value = value;
          else if (element.value === String(value)) element.click();
          else continue;
          element.dispatchEvent(new Event('change', { bubbles: true }));
        }
      },
      answers,
    );
  }

  // Answers the page and goes on, past the gentle notice if it comes.
  async answer(answers) {
    await this.fill(answers);
    await this.press('next');
    if (await this.sees('#notice')) await this.press('next');
  }

  // Goes on, page after page, until `until` is there. `look` is called with each page as
  // it comes, before it is answered, and with the last.
  async walk(answers, until = CHECK, look = () => {}) {
    for (let pages = 0; pages < PAGES_MAX; pages++) {
      await look();
      if (await this.sees(until)) return;
      await this.answer(answers);
    }
    assert.fail(`does not come to ${until}: ${await this.heading()}`);
  }

  // The same at once, inside the page: for tests that begin further on, with the script.
  async rush(answers, until = CHECK) {
    const arrived = await this.page.evaluate(
      ([given, goal, most]) => {
        const main = document.querySelector('main');
        const next = () => main.querySelector('button[value=next]').click();
        for (let pages = 0; pages < most && !document.querySelector(goal); pages++) {
          for (const element of main.querySelectorAll('input[type=radio], textarea')) {
            if (!(element.name in given)) continue;
            if (element.type !== 'radio') element.value = given[element.name];
            else if (element.value === String(given[element.name])) element.checked = true;
          }
          next();
          if (main.querySelector('#notice')) next();
        }
        return document.querySelector(goal) !== null;
      },
      [answers, until, PAGES_MAX],
    );
    assert.ok(arrived, `does not come to ${until}`);
  }

  heading() {
    return this.page.locator('main h1').textContent();
  }

  // What a screen reader finds in the page: roles, names, states and their order.
  heard() {
    return this.page.locator('main').ariaSnapshot();
  }

  // What the eye reads.
  read() {
    return this.page.locator('main').innerText();
  }

  // Whether an element has the focus.
  has(selector) {
    return this.page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
  }

  // The answers on the page: {q1: '2', q1_text: ''}; an open question has none.
  given() {
    return this.page.$$eval('main input[type=radio], main textarea', (list) => {
      const found = {};
      for (const element of list)
        if (element.type !== 'radio') found[element.name] = element.value;
        else if (element.checked) found[element.name] = element.value;
      return found;
    });
  }

  // The lines of the check page: {q1: 'mor'}.
  lines() {
    return this.page.$$eval('main .item', (items) =>
      Object.fromEntries(items.map((item) => [item.id, item.querySelector('dd').textContent])),
    );
  }

  thanked() {
    return this.page.waitForSelector('#receipt', { state: 'attached' });
  }

  state() {
    return this.page.evaluate(() => history.state);
  }
}

// A complete answer of Bilag 8 as fields; daycare is the answer to question 4 of each child.
export function family(daycare, more = {}) {
  const answers = { q1: 2, q2: 2, q3: daycare.length, q7: 2, q9: 8 };
  daycare.forEach((value, i) => {
    Object.assign(answers, { [`q4_${i + 1}`]: value, [`q5_${i + 1}`]: (i % 3) + 1 });
    answers[`q6_${i + 1}`] = 2;
    if (value === 1) answers[`q8_${i + 1}`] = 8;
  });
  return { ...answers, ...more };
}
