// What a machine can see of accessibility: axe-core finds nothing on any page and in any state, in
// Danish and Arabic, in the light and the dark, with the page's script and without; the HTML is
// valid and nothing sticks out at 320 pixels and at 400 % zoom in every language.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { barriers, faults, phone, picture, sendElsewhere, sticksOut } from './lib/browser.mjs';
import { CHECK, Stage, family } from './lib/phone.mjs';

const LANGUAGES = ['da', 'en', 'ar', 'uk'];
const OFFERED = ['--languages', LANGUAGES.join(), '--allow-drafts', '--invite', 'on'];

let stage;
let common;

before(async () => {
  stage = await Stage.create();
  common = await stage.newRound(...OFFERED);
});

after(() => stage?.close());

// One state of a page; `served` when it came from the server as it is. Its colours are the
// same in every language; what it is built of, in every one of a direction but for the first page.
async function look(parent, name, served = !parent.script) {
  const { page } = parent;
  await picture(page, name);
  if (/^(da|ar)-|-intro$/.test(name))
    assert.deepEqual(await barriers(page, { dark: name.startsWith('da-') }), [], name);
  if (served) assert.deepEqual(await faults(page), [], name);
  // 1280 by 1024 pixels at 400 %
  await page.setViewportSize({ width: 320, height: 256 });
  assert.equal(await sticksOut(page), false, `${name} sticks out`);
  await page.setViewportSize(phone);
}

// All agree, so that the scale is asked back.
const ANSWERS = {
  ...family([1, 2], { q1: 3, q1_text: 'bedstemor', q9: 1 }),
  ...{ q5_1: 1, q5_2: 2, q6_1: 1, q6_2: 2, q7: 1, q8_1: 2 },
};

// From the first page to the check page, by errors, notices and a question back.
async function throughAll(parent, name, url) {
  await parent.open(url);
  await look(parent, `${name}-intro`, true);
  await parent.press('next');
  await parent.press('next');
  await look(parent, `${name}-problem`);
  await parent.choose('q3-2');
  await parent.press('next');
  await look(parent, `${name}-notice`);
  let pages = 0;
  await parent.walk(ANSWERS, '#q10', () => look(parent, `${name}-page-${++pages}`));
  assert.equal(pages, 8);
  await parent.page.fill('#q10', 'ring på 22 33 44 55');
  await parent.press('next');
  await look(parent, `${name}-comment-names`);
  await parent.page.fill('#q10', 'x'.repeat(4001));
  await parent.press('next');
  await look(parent, `${name}-comment-long`);
  await parent.page.fill('#q10', 'Et langt ord: Donaudampfschifffahrtsgesellschaftskapitaenspatent');
  await parent.press('next');
  await parent.page.waitForSelector(CHECK);
  await look(parent, `${name}-asked-back`);
  await parent.press('keep:q9');
  await look(parent, `${name}-check`);
}

// What the page says when it hears this of a server, or with 0 nothing.
async function lookAfter(parent, name, status, error) {
  const { page } = parent;
  await page.route('**/S/*', (route) =>
    status === 0 ? route.abort() : route.fulfill({ status, json: { error } }),
  );
  const heard = page.waitForEvent('requestfinished', { predicate: isPost });
  const failed = page.waitForEvent('requestfailed', { predicate: isPost });
  await parent.press('send');
  await Promise.any([heard, failed]);
  await page.waitForSelector('#problems');
  await look(parent, name);
  await page.unroute('**/S/*');
}

const isPost = (request) => request.method() === 'POST';

describe('the questionnaire is accessible', { concurrency: 2 }, () => {
  for (const language of LANGUAGES) {
    test(`with script in ${language}`, async () => {
      const parent = await stage.parent();
      await throughAll(parent, language, `${common.url}?lang=${language}`);
      await lookAfter(parent, `${language}-closed`, 410, 'closed');
      await lookAfter(parent, `${language}-busy`, 503, 'busy');
      await lookAfter(parent, `${language}-offline`, 0);
      await lookAfter(parent, `${language}-already`, 409, 'already_sent');
      await parent.press('replace');
      await parent.thanked();
      await parent.page.click('summary');
      await look(parent, `${language}-thanks`);
      await parent.leave();
    });

    test(`without script in ${language}`, async () => {
      const parent = await stage.parent({ javaScriptEnabled: false });
      const name = `${language}-plain`;
      await throughAll(parent, name, `${common.url}?lang=${language}`);
      await sendElsewhere(parent.page, { q9: 5 });
      await parent.press('send');
      await parent.page.waitForSelector('#message');
      await look(parent, `${name}-already`);
      await parent.press('replace');
      await parent.thanked();
      await parent.page.click('summary');
      await look(parent, `${name}-thanks`);
      await parent.leave();
    });
  }
});

describe('the pages around it are accessible', { concurrency: 2 }, () => {
  const places = {};
  let receipt;

  before(async () => {
    const { hjemsvar } = stage;
    // Municipalities without another round: an old link would lead there.
    const create = async (municipality, ...words) => {
      const all = [...OFFERED, '--municipality', municipality, ...words];
      const { round, links } = await hjemsvar.createRound(...all);
      return { round, code: links[0].code };
    };
    const cancelled = await create(479);
    const scheduled = await create(787, '--opens', '2999-01-01');
    const closed = await create(751);
    await hjemsvar.ok('round', 'close', closed.round);
    await hjemsvar.sql(`UPDATE link SET cancelled_at = now() WHERE round = ${cancelled.round}`);
    await stage.open(cancelled.code, 410);
    await stage.open(scheduled.code, 403);
    await stage.open(closed.code, 410);
    const answer = { q3: 1, submission: '0'.repeat(26), action: 'send' };
    const sent = await fetch(common.url, {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams(answer),
    });
    ({ receipt } = await sent.json());
    Object.assign(places, {
      start: '/',
      'start-mistyped': '/?code=ABC',
      privacy: '/privacy',
      accessibility: '/was',
      missing: '/nothing',
      mistyped: '/S/7KQ4M2W',
      unknown: '/S/7KQ4M2V',
      cancelled: `/S/${cancelled.code}`,
      closed: `/S/${closed.code}`,
      scheduled: `/S/${scheduled.code}`,
      withdraw: `${common.path}/withdraw`,
    });
  });

  for (const language of LANGUAGES)
    test(`in ${language}`, async () => {
      const parent = await stage.parent();
      for (const [name, place] of Object.entries(places)) {
        const there = new URL(place, stage.server.respondents);
        there.searchParams.set('lang', language);
        await parent.page.goto(there.href);
        await look(parent, `${language}-${name}`, true);
      }
      await parent.page.fill('#receipt', '0000-0000-0000-0000');
      await parent.page.click('button.main');
      await parent.page.waitForSelector('#receipt-problem');
      await look(parent, `${language}-withdraw-problem`, true);
      await parent.page.fill('#receipt', receipt);
      await parent.page.click('button.main');
      await parent.page.waitForSelector('main:not(:has(#receipt))');
      await look(parent, `${language}-withdrawn`, true);
      await parent.leave();
    });
});

test('forced colours show what is chosen and where the focus is; nothing moves', async () => {
  const parent = await stage.parent({ forcedColors: 'active', reducedMotion: 'reduce' });
  await parent.open(common.url);
  await parent.walk(ANSWERS, CHECK, async () => {
    assert.deepEqual(await barriers(parent.page, { dark: false }), []);
    const bare = await parent.page.$$eval('main button, main .row, main textarea', (list) =>
      list.filter((e) => getComputedStyle(e).borderStyle === 'none').map((e) => e.outerHTML),
    );
    assert.deepEqual(bare, [], 'without a border there is no edge to see');
    const moving = await parent.page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
  });
  await parent.page.keyboard.press('Tab');
  const outline = await parent.page.evaluate(
    () => getComputedStyle(document.activeElement).outlineStyle,
  );
  assert.equal(outline, 'solid');
  await parent.leave();
});
