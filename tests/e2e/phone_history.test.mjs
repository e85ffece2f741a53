// Back, Forward, reload and the next parent on the same phone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { columnsOf, rowOf } from './lib/answers.mjs';
import { launch, newPhone, watch } from './lib/browser.mjs';
import { Parent, Stage, family } from './lib/phone.mjs';

let stage;
let keeping; // a browser that keeps pages which were left, as those on phones do; it is slow

before(async () => {
  [stage, keeping] = await Promise.all([Stage.create(), launch({ pagesKept: true })]);
});

after(async () => {
  await keeping?.close();
  await stage?.close();
});

const keeper = async (options = {}) => new Parent(await newPhone(keeping, options), options);

const TWO = family([1, 2], { q1: 3, q1_text: 'plejemor' });

// The page's own steps: the browser does not load anything.
const step = (parent, by) =>
  parent.page.evaluate(
    (steps) =>
      new Promise((resolve) => {
        addEventListener('popstate', () => resolve(), { once: true });
        history.go(steps);
      }),
    by,
  );

async function stored(round, answers) {
  const rows = await stage.rows(round);
  assert.equal(rows.length, 1);
  assert.deepEqual(columnsOf(rows[0]), rowOf(answers));
}

async function sendAll(parent) {
  await parent.press('send');
  await parent.thanked();
}

describe('the history of a phone', { concurrency: 3 }, () => {
  test('Back and Forward go through the steps, and nothing is lost on the way', async () => {
    const { round, path, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    const headings = [];
    const pages = [];
    await parent.walk(TWO, '#q10', async () => headings.push(await parent.heading()));
    await parent.page.fill('#q10', 'Skrevet, ikke forladt');
    for (let i = headings.length - 2; i >= 0; i--) {
      await parent.page.goBack();
      assert.equal(await parent.heading(), headings[i]);
      pages[i] = await parent.given();
    }
    assert.deepEqual(pages[1], { q1: '3', q1_text: 'plejemor', q2: '2', q3: '2' });
    assert.deepEqual(pages[6], { q8_1: '8' });
    for (let i = 1; i < headings.length; i++) {
      await parent.page.goForward();
      assert.equal(await parent.heading(), headings[i]);
    }
    assert.equal((await parent.given()).q10, 'Skrevet, ikke forladt');
    await parent.press('next');
    await sendAll(parent);
    await stored(round, { ...TWO, q10: 'Skrevet, ikke forladt' });
    assert.deepEqual(parent.page.requests, [`GET ${path}`, `POST ${path}`]);
    await parent.leave();
  });

  test('what is changed on an earlier step counts, however one comes back', async () => {
    const { round, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO);
    await step(parent, -3);
    assert.equal(await parent.heading(), 'Spørgsmål 8 af 10');
    await parent.choose('q8_1-5');
    await step(parent, -1);
    await parent.choose('q7-5');
    await step(parent, 4);
    assert.deepEqual(
      [(await parent.lines()).q8_1, (await parent.lines()).q7],
      ['meget uenig', 'meget uenig'],
    );
    await sendAll(parent);
    await stored(round, { ...TWO, q8_1: 5, q7: 5 });
    await parent.leave();
  });

  test('a question that is gone with an answer is not come back to', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO);
    await step(parent, -7); // to question 4, past question 8
    await parent.choose('q4_1-2');
    await step(parent, 4); // where question 8 was
    assert.equal(await parent.heading(), 'Spørgsmål 9 af 10', 'the next there is');
    await step(parent, 3);
    assert.equal(await parent.heading(), 'Tjek dine svar');
    assert.equal((await parent.lines()).q8_1, undefined);
    await parent.leave();
  });

  test('a wrong tap on the number of children, mended at once, costs no answer', async () => {
    const { round, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO);
    await parent.press('change:q3');
    await parent.choose('q3-1');
    await parent.choose('q3-2');
    await parent.press('next');
    await parent.press('change:q4_1');
    await parent.choose('q4_1-2');
    await parent.choose('q4_1-1');
    await parent.press('next');
    assert.equal(await parent.heading(), 'Tjek dine svar');
    await sendAll(parent);
    await stored(round, TWO);
    await parent.leave();
  });

  test('a change button leads to its own child', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO);
    await parent.press('change:q5_2');
    assert.ok(await parent.has('#q5_2'));
    await parent.leave();
  });

  test('what describes an option chooses it', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.press('next');
    await parent.page.fill('#q1_text', 'bedstemor');
    assert.deepEqual(await parent.given(), { q1: '3', q1_text: 'bedstemor' });
    await parent.leave();
  });

  test('a text that became too long on the way is named, not called our fault', async () => {
    const { round, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO);
    await step(parent, -1);
    await parent.page.fill('#q10', 'x'.repeat(4001));
    await step(parent, 1);
    await parent.press('send');
    await parent.page.waitForSelector('#problems a');
    assert.equal(
      await parent.page.innerText('#problems a'),
      'Teksten i spørgsmål 10 er 1 tegn for lang. Der er plads til 4000 tegn.',
    );
    await parent.page.click('#problems a');
    assert.ok(await parent.has('#q10'));
    await parent.press('change:q10');
    await parent.page.fill('#q10', 'x'.repeat(4000));
    await parent.press('next');
    await sendAll(parent);
    await stored(round, { ...TWO, q10: 'x'.repeat(4000) });
    await parent.leave();
  });

  test('who leaves the page without a network is asked first', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO, '#q10');
    await parent.page.fill('#q10', 'kun her');
    await parent.page.context().setOffline(true);
    const asked = parent.page.waitForEvent('dialog');
    // Not page.reload(), which waits in vain for a page that is not left.
    await parent.page.evaluate(() => void setTimeout(() => location.reload()));
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await parent.page.context().setOffline(false);
    assert.equal((await parent.given()).q10, 'kun her');
    await parent.leave();
  });

  test('Tilbage loses nothing, also what was typed and not left by Næste', async () => {
    const { round, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.walk(TWO, '#q9');
    await parent.choose('q9-6');
    await parent.press('back');
    await parent.page.waitForSelector('#q8_1');
    assert.deepEqual(await parent.given(), { q8_1: '8' });
    await parent.press('next');
    assert.deepEqual(await parent.given(), { q9: '6' });
    await parent.press('next');
    await parent.page.fill('#q10', 'Kladde');
    await parent.press('back');
    await parent.page.waitForSelector('#q9');
    await parent.press('next');
    assert.deepEqual(await parent.given(), { q10: 'Kladde' });
    await parent.press('next');
    await parent.press('back');
    await parent.page.waitForSelector('#q10');
    await parent.press('next');
    await sendAll(parent);
    await stored(round, { ...TWO, q9: 6, q10: 'Kladde' });
    await parent.leave();
  });

  test('a reload keeps the step, the answers, what is being typed and the number', async () => {
    const { round, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO, '#q10');
    await parent.page.locator('#q10').pressSequentially('Midt i en sæt');
    await parent.page.waitForFunction(() => history.state.v.q10 === 'Midt i en sæt');
    await parent.page.reload();
    assert.equal(await parent.heading(), 'Spørgsmål 10 af 10');
    assert.equal((await parent.given()).q10, 'Midt i en sæt');
    await parent.press('next');
    await parent.page.route('**/*', (route) => route.abort());
    await parent.press('send');
    await parent.page.waitForSelector('#problems');
    const { number } = await parent.state();
    assert.match(number, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    await parent.page.unroute('**/*');
    await parent.page.reload();
    assert.equal((await parent.lines()).q10, 'Midt i en sæt');
    const sent = parent.page.waitForRequest((request) => request.method() === 'POST');
    await sendAll(parent);
    assert.equal(new URLSearchParams((await sent).postData()).get('submission'), number);
    await stored(round, { ...TWO, q10: 'Midt i en sæt' });
    await parent.leave();
  });

  for (const [kind, begin] of Object.entries({ kept: keeper, loaded: () => stage.parent() }))
    test(`another page in between loses nothing (the form is ${kind})`, async () => {
      const { round, url } = await stage.newRound();
      const parent = await begin();
      await parent.open(url);
      await parent.rush(TWO, '#q10');
      await parent.page.fill('#q10', 'Først læse');
      await parent.page.click('footer a[href^="/privacy"]');
      assert.match(await parent.heading(), /Sådan behandler vi/);
      await parent.page.goBack();
      assert.equal((await parent.given()).q10, 'Først læse');
      await parent.press('next');
      await sendAll(parent);
      await stored(round, { ...TWO, q10: 'Først læse' });
      await parent.leave();
    });

  test('the link of an error does not count as a step', async () => {
    const { url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.press('next');
    await parent.choose('q1-1');
    await parent.press('next');
    const steps = await parent.page.evaluate(() => history.length);
    await parent.page.click('#problems a');
    assert.equal(await parent.heading(), 'Spørgsmål 1-3 af 10');
    assert.equal(await parent.page.evaluate(() => history.length), steps);
    await parent.leave();
  });

  test('more steps than a browser remembers do not keep the thank-you away', async () => {
    const { round, url } = await stage.newRound();
    const parent = await stage.parent();
    await parent.open(url);
    await parent.rush(TWO);
    const remembered = await parent.page.evaluate(() => {
      for (let i = 0; i < 30; i++) {
        document.querySelector('button[value="change:q9"]').click();
        document.querySelector('button[value=next]').click();
      }
      return history.length;
    });
    assert.ok(remembered < 60, `${remembered} entries: the test needs more steps`);
    await sendAll(parent);
    await stored(round, TWO);
    await step(parent, -1);
    assert.deepEqual(await emptyForm(parent), {});
    await parent.leave();
  });

  test('two tabs of one link are two answers', async () => {
    const { round, url } = await stage.newRound();
    const first = await stage.parent();
    const second = new Parent(watch(await first.page.context().newPage()));
    await first.open(url);
    await second.open(url);
    await first.rush(family([1], { q9: 6 }));
    await second.rush(family([2], { q9: 7 }));
    await sendAll(first);
    await sendAll(second);
    const rows = await stage.rows(round);
    assert.deepEqual(rows.map((row) => row.q9).sort(), ['6', '7']);
    await first.leave();
  });

  test('a copied tab with other answers may replace the first, and only when told to', async () => {
    const { round, url } = await stage.newRound();
    const first = await stage.parent();
    await first.open(url);
    await first.rush(TWO);
    await first.page.route('**/*', (route) => route.abort());
    await first.press('send'); // in vain, but the number is drawn
    await first.page.waitForSelector('#problems');
    await first.page.unroute('**/*');
    // As browsers copy a tab: the same page with the same history.
    const copy = new Parent(watch(await first.page.context().newPage()));
    await copy.open(url);
    await copy.page.evaluate((state) => {
      for (let depth = 1; depth <= state.depth; depth++) history.pushState({ ...state, depth }, '');
    }, await first.state());
    await copy.page.reload();
    await sendAll(first);
    await copy.press('change:q9');
    await copy.choose('q9-4');
    await copy.press('next');
    await copy.press('send');
    await copy.page.waitForSelector('#problems');
    assert.match(await copy.page.innerText('#problems'), /Du har allerede sendt et svar/);
    assert.equal(await copy.page.title(), 'Fejl: Tjek dine svar');
    await stored(round, TWO);
    assert.equal(await copy.button('replace').innerText(), 'Erstat mit første svar');
    await copy.press('replace');
    await copy.thanked();
    await stored(round, { ...TWO, q9: 4 });
    await first.leave();
  });
});

// What the page asks and shows to whoever holds the phone now.
async function emptyForm(parent) {
  assert.equal(await parent.heading(), 'Spørgeskema til forældre');
  assert.equal(await parent.sees('#receipt'), 0);
  const state = await parent.state();
  assert.doesNotMatch(JSON.stringify(state), /plejemor|hemmelig/);
  assert.deepEqual(state?.v ?? {}, {});
  return state?.v ?? {};
}

const SECRET = { ...TWO, q10: 'en hemmelighed' };

describe('the next parent on the same phone', { concurrency: 3 }, () => {
  async function answered() {
    const { round, url } = await stage.newRound();
    const parent = await keeper();
    await parent.open(`${stage.server.respondents}/privacy`);
    await parent.open(url);
    await parent.rush(SECRET);
    await sendAll(parent);
    return { round, url, parent };
  }

  // All that the browser keeps.
  const leftovers = (page) =>
    page.evaluate(async () => ({
      state: history.state,
      local: localStorage.length,
      session: sessionStorage.length,
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      caches: globalThis.caches ? (await caches.keys()).length : 0,
      name: globalThis.name,
      place: location.search + location.hash,
    }));

  test('after the thank-you nothing is left on the phone', async () => {
    const { parent } = await answered();
    const left = await leftovers(parent.page);
    assert.doesNotMatch(JSON.stringify(left), /q\d|plejemor|hemmelig/);
    assert.deepEqual({ ...left, state: null }, {
      state: null,
      local: 0,
      session: 0,
      cookies: '',
      databases: 0,
      caches: 0,
      name: '',
      place: '',
    });
    const context = parent.page.context();
    assert.deepEqual(await context.storageState({ indexedDB: true }), { cookies: [], origins: [] });
    assert.ok(await parent.has('h1'));
    assert.equal(await parent.page.title(), 'Mange tak');
    await parent.leave();
  });

  test('Back and Forward find an empty form all along', async () => {
    const { round, parent } = await answered();
    await step(parent, -1);
    assert.deepEqual(await emptyForm(parent), {});
    await step(parent, 1);
    assert.deepEqual(await emptyForm(parent), {});
    await parent.press('next');
    assert.deepEqual(await parent.given(), { q1_text: '' });
    await parent.page.goBack();
    await parent.page.goBack();
    assert.deepEqual(await emptyForm(parent), {});
    await parent.page.goBack({ waitUntil: 'commit' });
    assert.match(parent.page.url(), /\/privacy$/, 'no entry with answers is left between');
    await parent.page.goForward({ waitUntil: 'commit' });
    assert.deepEqual(await emptyForm(parent), {});
    await stored(round, SECRET);
    await parent.leave();
  });

  test('a reload and a fresh visit find an empty form', async () => {
    const { url, parent } = await answered();
    await parent.page.reload();
    assert.deepEqual(await emptyForm(parent), {});
    await parent.press('next');
    assert.deepEqual(await parent.given(), { q1_text: '' });
    await parent.open(url);
    assert.deepEqual(await emptyForm(parent), {});
    assert.equal(await parent.page.getAttribute('form', 'autocomplete'), 'off');
    await parent.leave();
  });

  test('without script Back after the thank-you shows no answer', async () => {
    const { round, url } = await stage.newRound();
    const parent = await keeper({ javaScriptEnabled: false });
    await parent.open(url);
    await parent.walk(SECRET);
    await sendAll(parent);
    for (let i = 0; i < 3; i++) {
      await parent.page.goBack().catch(() => {});
      // Where a form was sent the browser shows a page of its own, which cannot be read.
      const seen = await parent.page.locator('body').innerText({ timeout: 2000 }).catch(() => '');
      assert.doesNotMatch(seen, /hemmelighed|plejemor/, `Back, ${i}`);
    }
    await stored(round, SECRET);
    await parent.leave();
  });

  test('a page that the browser kept alive is empty, too', async () => {
    const { url, parent } = await answered();
    await parent.page.evaluate(() => {
      addEventListener('pageshow', (event) => (document.body.dataset.kept = event.persisted));
    });
    await parent.page.goto(`${stage.server.respondents}/was`);
    await parent.page.goBack({ waitUntil: 'commit' });
    await parent.page.waitForSelector('body[data-kept]');
    assert.equal(await parent.page.getAttribute('body', 'data-kept'), 'true');
    assert.deepEqual(await emptyForm(parent), {});
    assert.equal(parent.page.url(), url);
    await parent.leave();
  });

  test('a second answer from the same page is an answer of its own', async () => {
    const { round, parent } = await answered();
    await step(parent, -1);
    await parent.rush(family([2], { q9: 5 }));
    await sendAll(parent);
    const rows = await stage.rows(round);
    assert.deepEqual(rows.map((row) => row.q9).sort(), ['5', '8']);
    await parent.leave();
  });
});
