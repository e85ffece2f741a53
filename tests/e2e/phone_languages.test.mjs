// The questionnaire in each language, and by keyboard alone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { columnsOf, rowOf } from './lib/answers.mjs';
import { checkout } from './lib/hjemsvar.mjs';
import { CHECK, Stage, family } from './lib/phone.mjs';
import { eventually } from './lib/server.mjs';

const LANGUAGES = ['da', 'en', 'ar', 'uk'];
const OFFERED = ['--languages', LANGUAGES.join(), '--allow-drafts'];

let stage;
let common; // a round for tests that do not look at its answers
const words = {};
const texts = {};

const json = async (path) => JSON.parse(await readFile(`${checkout}/templates/${path}`, 'utf8'));

before(async () => {
  for (const language of LANGUAGES) {
    words[language] = await json(`words/${language}.json`);
    if (language !== 'da')
      texts[language] = (await json(`translations/bilag8.${language}.json`)).texts;
  }
  stage = await Stage.create();
  common = await stage.newRound(...OFFERED);
});

after(() => stage?.close());

const html = (parent, name) => parent.page.getAttribute('html', name);

// What a browser without the script and the page agree on, whichever language.
async function speaks(parent, language) {
  assert.equal(await html(parent, 'lang'), language);
  assert.equal(await html(parent, 'dir'), language === 'ar' ? 'rtl' : 'ltr');
  const draft = language === 'da' ? 0 : 1;
  assert.equal(await parent.page.getByText(words[language].draft).count(), draft);
  const drafts = LANGUAGES.map((other) => parent.page.getByText(words[other].draft).count());
  assert.equal((await Promise.all(drafts)).reduce((a, b) => a + b), draft, 'no other line');
}

// The options of a question as they stand from top to bottom: [value, label].
const options = (parent, id) =>
  parent.page.$$eval(`#${id} input[type=radio]`, (list) =>
    list
      .map((radio) => [radio.value, radio.closest('label').textContent.trim(), radio])
      .sort(([, , a], [, , b]) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map(([value, label]) => [value, label]),
  );

const switchTo = async (parent, language) => {
  if (parent.script) await parent.page.click(`header a[lang=${language}]`);
  else await parent.press(`lang:${language}`);
  await parent.page.waitForSelector(`html[lang=${language}]`);
};

describe('languages', { concurrency: 3 }, () => {
  for (const language of LANGUAGES)
    test(`${language}: opens, is answered and stored as such`, async () => {
      const { round, url } = await stage.newRound(...OFFERED);
      const parent = await stage.parent();
      await parent.open(`${url}?lang=${language}`);
      await speaks(parent, language);
      const title = texts[language]?.title ?? 'Spørgeskema til forældre';
      assert.equal(await parent.heading(), title);
      const answers = family([1, 2], { q10: `på ${language}` });
      await parent.rush(answers, '#q5_1');
      await speaks(parent, language);
      const first = texts[language]?.['agreement.1'] ?? 'meget enig';
      const agreement = await options(parent, 'q5_1');
      assert.deepEqual(agreement.map(([value]) => value), ['1', '2', '3', '4', '5', '8']);
      assert.equal(agreement[0][1], first);
      await parent.rush(answers, '#q9');
      const scale = await options(parent, 'q9');
      assert.deepEqual(scale.map(([value]) => Number(value)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      for (const [value, label] of scale) assert.match(label, new RegExp(`^${value}(?!\\d)`));
      assert.ok(scale[0][1].length > 2 && scale[9][1].length > 3, 'both ends have words');
      await parent.rush(answers);
      await speaks(parent, language);
      await parent.press('send');
      await parent.thanked();
      const [row] = await stage.rows(round);
      assert.equal(row.language, language);
      assert.deepEqual(columnsOf(row), rowOf(answers));
      await parent.leave();
    });

  test('what the browser prefers never opens another language by itself', async () => {
    for (const locale of ['ar-SY', 'uk-UA', 'en-GB', 'da-DK', 'pl-PL']) {
      const parent = await stage.parent({ locale });
      await parent.open(common.url);
      await speaks(parent, 'da');
      await parent.rush(family([2]), '#q4_1');
      await speaks(parent, 'da');
      await parent.leave();
    }
  });

  test('what the browser prefers stands first in the switch', async () => {
    const orders = [
      ['uk-UA', ['uk', 'en', 'ar']],
      ['ar', ['ar', 'en', 'uk']],
      ['da-DK', ['en', 'ar', 'uk']],
      ['pl-PL', ['en', 'ar', 'uk']],
    ];
    const langs = (parent, selector) =>
      parent.page.$$eval(selector, (list) => list.map((element) => element.lang));
    for (const [locale, order] of orders) {
      const parent = await stage.parent({ locale });
      await parent.open(common.url);
      assert.deepEqual(await langs(parent, 'header a'), order);
      await switchTo(parent, 'en');
      const others = order.map((language) => (language === 'en' ? 'da' : language));
      assert.equal((await langs(parent, 'header a')).length, 3);
      if (locale !== 'pl-PL' && locale !== 'da-DK')
        assert.equal((await langs(parent, 'header a'))[0], others[0]);
      await parent.leave();
      const plain = await stage.parent({ locale, javaScriptEnabled: false });
      await plain.open(common.url);
      await plain.press('next');
      assert.deepEqual(await langs(plain, 'button.switch'), order);
      await plain.leave();
    }
  });

  for (const javaScriptEnabled of [true, false])
    test(`another language in the middle keeps the answers, ${
      javaScriptEnabled ? 'with' : 'without'
    } script`, async () => {
      const { round, url } = await stage.newRound(...OFFERED);
      const parent = await stage.parent({ javaScriptEnabled });
      const answers = family([1, 2], { q10: 'min kommentar' });
      await parent.open(url);
      await parent.walk(answers, '#q6_1');
      await parent.choose('q6_2-5');
      await switchTo(parent, 'ar');
      await speaks(parent, 'ar');
      assert.deepEqual(await parent.given(), { q6_2: '5' }, 'also what was not left by Næste');
      assert.equal(
        await parent.page.locator('main button[value=next]').innerText(),
        words.ar.next,
      );
      await parent.walk(answers, '#q10');
      await parent.page.fill('#q10', 'min kommentar');
      await switchTo(parent, 'uk');
      await speaks(parent, 'uk');
      assert.deepEqual(await parent.given(), { q10: 'min kommentar' });
      if (javaScriptEnabled) {
        await parent.page.reload();
        await speaks(parent, 'uk');
        await parent.page.goBack();
        await speaks(parent, 'uk');
        await parent.page.goForward();
        assert.deepEqual(await parent.given(), { q10: 'min kommentar' });
      }
      await parent.press('next');
      await switchTo(parent, 'da');
      await speaks(parent, 'da');
      assert.equal((await parent.lines()).q1, 'mor');
      await switchTo(parent, 'en');
      await parent.press('send');
      await parent.thanked();
      await speaks(parent, 'en');
      const [row] = await stage.rows(round);
      assert.equal(row.language, 'en');
      assert.deepEqual(columnsOf(row), rowOf(answers));
      await parent.leave();
    });

  test('who goes back to the first page for another language loses nothing', async () => {
    const parent = await stage.parent();
    await parent.open(common.url);
    await parent.rush(family([2]), '#q4_1');
    await parent.press('back');
    await parent.page.waitForSelector('#q3');
    await parent.press('back');
    await parent.page.waitForFunction(() => !document.querySelector('#q3'));
    await switchTo(parent, 'en');
    await speaks(parent, 'en');
    await parent.press('next');
    assert.deepEqual(await parent.given(), { q1: '2', q1_text: '', q2: '2', q3: '1' });
    await parent.leave();
  });

  test('a telephone number keeps its order in a line from right to left', async () => {
    const { hjemsvar } = stage;
    await hjemsvar.ok('settings', 'set', 'help_contact', '49 28 30 00');
    const { url } = await stage.newRound(...OFFERED);
    const parent = await stage.parent();
    await eventually(
      async () => {
        await parent.open(`${url}?lang=ar`);
        return parent.page.innerText('main');
      },
      (text) => text.includes('49 28 30 00'),
    );
    const places = await parent.page.evaluate(() => {
      const walker = document.createTreeWalker(document.querySelector('#step'), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { data } = walker.currentNode;
        const range = document.createRange();
        const left = (part) => {
          const at = data.indexOf('49 28 30 00') + part;
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + 1);
          return range.getBoundingClientRect().left;
        };
        if (data.includes('49 28 30 00')) return [left(0), left(10)];
      }
      return [];
    });
    assert.ok(places[0] < places[1], `${places}`);
    await parent.leave();
  });

  test('a switch without a network says so and leaves the page as it is', async () => {
    const parent = await stage.parent();
    await parent.open(common.url);
    await parent.rush(family([2]), '#q4_1');
    await parent.choose('q4_1-1');
    await parent.page.context().setOffline(true);
    const failed = parent.page.waitForEvent('requestfailed');
    await parent.page.click('header a[lang=en]');
    await failed;
    await parent.page.waitForSelector('#notice');
    assert.equal(await parent.page.innerText('#notice'), words.da.offline_title);
    await speaks(parent, 'da');
    assert.deepEqual(await parent.given(), { q4_1: '1' });
    await parent.press('next');
    assert.equal(await parent.heading(), 'Spørgsmål 5 af 10');
    await parent.leave();
  });
});

describe('the keyboard alone', { concurrency: 2 }, () => {
  for (const language of ['da', 'ar'])
    test(`two children in ${language}`, async () => {
      const { round, url } = await stage.newRound(...OFFERED);
      const parent = await stage.parent();
      const { keyboard } = parent.page;
      // Tab walks until the wanted element has the focus, and must show where it is.
      const tabTo = async (selector) => {
        for (let steps = 0; steps < 60; steps++) {
          await keyboard.press('Tab');
          const found = await parent.page.evaluate((wanted) => {
            const element = document.activeElement;
            if (!element?.matches(wanted)) return null;
            return getComputedStyle(element).outlineStyle;
          }, selector);
          if (found === null) continue;
          assert.notEqual(found, 'none', `${selector} does not show its focus`);
          return;
        }
        assert.fail(`Tab does not reach ${selector} on ${await parent.heading()}`);
      };
      // The first of a group by Space, the others by the arrow down, as on every keyboard.
      const pick = async (name, place) => {
        await tabTo(`input[name=${name}]`);
        await keyboard.press('Space');
        for (let i = 1; i < place; i++) await keyboard.press('ArrowDown');
      };
      const goOn = async (key = 'Enter') => {
        await tabTo('button.main');
        await keyboard.press(key);
      };
      await parent.open(`${url}?lang=${language}`);
      await goOn();
      await pick('q1', 3);
      await tabTo('#q1_text');
      await keyboard.type('أم');
      await pick('q2', 2);
      await pick('q3', 2);
      await goOn('Space');
      await pick('q4_1', 1);
      await pick('q4_2', 2);
      await goOn();
      await pick('q5_1', 1);
      await goOn(); // the notice: the second child is left out
      assert.ok(await parent.has('#notice'));
      await pick('q5_2', 5);
      await goOn();
      await pick('q6_1', 6);
      await pick('q6_2', 3);
      await goOn();
      await pick('q7', 4);
      await goOn();
      await pick('q8_1', 2);
      await goOn();
      await pick('q9', 7);
      await goOn();
      await tabTo('#q10');
      await keyboard.type('١٠ ja');
      await goOn();
      await parent.page.waitForSelector(CHECK);
      await tabTo('button[value="change:q7"]');
      await keyboard.press('Enter');
      await tabTo('input[name=q7]:checked');
      await keyboard.press('ArrowUp');
      await goOn();
      await parent.page.waitForSelector(CHECK);
      await goOn();
      await parent.thanked();
      await tabTo('summary');
      await keyboard.press('Enter');
      assert.ok(await parent.page.locator('#receipt').isVisible());
      const [row] = await stage.rows(round);
      assert.equal(row.language, language);
      const answers = {
        ...{ q1: 3, q1_text: 'أم', q2: 2, q3: 2, q4_1: 1, q4_2: 2, q5_1: 1, q5_2: 5 },
        ...{ q6_1: 8, q6_2: 3, q7: 3, q8_1: 2, q9: 7, q10: '١٠ ja' },
      };
      assert.deepEqual(columnsOf(row), rowOf(answers));
      await parent.leave();
    });
});
