// Sending on networks as they are: nothing is lost, nothing is stored twice, and nobody is
// thanked for what is not stored.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { columnsOf, rowOf } from './lib/answers.mjs';
import { sql } from './lib/hjemsvar.mjs';
import { Network, dead, portal, swallow, through } from './lib/network.mjs';
import { Stage, family } from './lib/phone.mjs';
import { eventually } from './lib/server.mjs';

const GIVES_UP_MS = 20_000; // the page waits so long for a reply
const FIRST_PAUSE_MS = 4_000; // and tries again after this
const LONGEST_PAUSE_MS = 60_000;

const ANSWERS = family([1, 2], { q10: 'sendt fra trappen' });
const OFFLINE = /Der er ikke forbindelse\s+Dit svar er måske ikke kommet frem\./;
const BUSY = /Dit svar er måske ikke gemt endnu\s+Vi kan ikke gemme dit svar lige nu\./;

let stage;

before(async () => {
  stage = await Stage.create();
});

after(() => stage?.close());

// A parent on the check page, behind a network of their own.
async function ready(...words) {
  const { round, path } = await stage.newRound(...words);
  const network = await Network.create(stage.server.respondents);
  const parent = await stage.parent();
  // The page's clock stands still unless a test moves it, so nothing is tried by itself.
  await parent.page.clock.install();
  await parent.open(network.url + path);
  await parent.rush(ANSWERS);
  await parent.page.clock.pauseAt(new Date(Date.now() + 60_000));
  return { round, network, parent };
}

// What they are told, once they are; nothing of it may be a thank-you.
async function told(parent, words) {
  const quiet = () =>
    document.querySelector('#problems') &&
    document.querySelector('main .main').innerText !== 'Sender ...';
  await eventually(() => parent.page.evaluate(quiet), Boolean);
  assert.match(await parent.page.innerText('#problems'), words);
  assert.equal(await parent.sees('#receipt'), 0, 'no false thank-you');
  assert.ok(await parent.has('#problems'));
  assert.equal((await parent.lines()).q10, 'sendt fra trappen', 'all is still there');
}

// One row, and one thank-you on the phone.
async function settled({ round, network, parent }) {
  await parent.thanked();
  const rows = await stage.rows(round);
  assert.equal(rows.length, 1);
  assert.deepEqual(columnsOf(rows[0]), rowOf(ANSWERS));
  const sends = network.sent.filter(({ action }) => action === 'send');
  assert.equal(new Set(sends.map(({ submission }) => submission)).size, 1);
  assert.equal(await parent.sees('main h1'), 1);
  network.close();
  await parent.leave();
}

const again = async (parent) => {
  assert.equal(await parent.button('send').innerText(), 'Prøv igen');
  await parent.press('send');
};

describe('sending', { concurrency: 3 }, () => {
  test('with the telephone offline: said in plain words, sent when it is back', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    await parent.page.context().setOffline(true);
    await parent.press('send');
    await told(parent, OFFLINE);
    assert.equal(network.sent.length, 0);
    await parent.page.context().setOffline(false);
    await settled(scene);
  });

  test('with the telephone offline: "Prøv igen" tries again', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    network.rule = dead;
    await parent.press('send');
    await told(parent, OFFLINE);
    await again(parent);
    await told(parent, OFFLINE);
    network.rule = through;
    await again(parent);
    await settled(scene);
  });

  test('a network that dies after the server has stored: one row, one thank-you', async () => {
    const scene = await ready();
    const { parent, network, round } = scene;
    network.rule = swallow;
    await parent.press('send');
    await told(parent, OFFLINE);
    assert.equal((await stage.rows(round)).length, 1, 'stored, and nobody knows');
    network.rule = through;
    await again(parent);
    await settled(scene);
  });

  test('what was stored in silence is confirmed by a retry without a tap', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    network.rule = swallow;
    await parent.press('send');
    await told(parent, OFFLINE);
    network.rule = through;
    await parent.page.clock.runFor(FIRST_PAUSE_MS);
    await settled(scene);
  });

  test('retries by itself come at growing distances', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    network.rule = dead;
    await parent.press('send');
    await told(parent, OFFLINE);
    let sent = network.sent.length;
    for (let pause = FIRST_PAUSE_MS; pause <= 4 * FIRST_PAUSE_MS; pause *= 2) {
      await parent.page.clock.runFor(pause - 1);
      assert.equal(network.sent.length, sent, `none before ${pause} ms`);
      const tried = parent.page.waitForEvent('requestfailed');
      await parent.page.clock.runFor(1);
      await tried;
      const next = Math.min(4 * pause, LONGEST_PAUSE_MS);
      await eventually(() => parent.state(), ({ wait }) => wait === next);
      await told(parent, OFFLINE);
      assert.ok(network.sent.length > sent);
      sent = network.sent.length;
    }
    network.rule = through;
    await again(parent);
    await settled(scene);
  });

  test('on a slow network the button says so, and a second tap sends nothing more', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    let arrive;
    const arrived = new Promise((resolve) => (arrive = resolve));
    let release;
    const released = new Promise((resolve) => (release = resolve));
    network.rule = async ({ pass, deliver }) => {
      const reply = await pass();
      arrive();
      await released;
      deliver(reply);
    };
    await parent.press('send');
    await arrived;
    assert.equal(await parent.button('send').innerText(), 'Sender ...');
    await parent.press('send');
    await parent.press('change:q9');
    assert.equal(await parent.heading(), 'Tjek dine svar', 'what is being sent stays');
    assert.equal(await parent.sees('#receipt'), 0);
    assert.equal(network.sent.length, 1);
    release();
    await settled(scene);
    assert.equal(network.sent.length, 1);
  });

  test('a reply that never comes is given up, and asked for again', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    let arrive;
    const arrived = new Promise((resolve) => (arrive = resolve));
    network.rule = async ({ pass }) => {
      await pass();
      arrive();
    };
    await parent.press('send');
    await arrived;
    await parent.page.clock.runFor(GIVES_UP_MS);
    await told(parent, OFFLINE);
    network.rule = through;
    await again(parent);
    await settled(scene);
  });

  test('a busy server is told from a dead network, and tried again', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    network.rule = portal('{"error":"busy"}', 'application/json', 503);
    await parent.press('send');
    await told(parent, BUSY);
    await parent.page.clock.runFor(FIRST_PAUSE_MS);
    await told(parent, BUSY);
    network.rule = through;
    await again(parent);
    await settled(scene);
  });

  const RECEIPT = '"receipt":"0123456789ABCDEF"';
  const LIES = {
    'a page': portal('<!DOCTYPE html><title>Wi-Fi</title><h1>Velkommen</h1>'),
    'a page with 201': portal('<p>OK</p>', 'text/html', 201),
    'JSON without a receipt': portal('{"ok":true}', 'application/json'),
    'JSON with an empty receipt': portal('{"receipt":""}', 'application/json'),
    'JSON with a receipt that is none': portal('{"receipt":{"a":1}}', 'application/json'),
    'null': portal('null', 'application/json'),
    'a list': portal('[1]', 'application/json', 201),
    'nothing': portal('', 'application/json', 201),
    'a receipt with an error': portal(`{${RECEIPT}}`, 'application/json', 502),
    'a way to another page': async ({ answer }) => answer(302, { Location: '/portal' }, ''),
    'a way to another host': async ({ answer }) =>
      answer(302, { Location: 'http://127.0.0.2:9/' }, ''),
  };

  test('what a captive portal answers is never taken for a thank-you', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    for (const [name, rule] of Object.entries(LIES)) {
      network.rule = rule;
      const before = network.sent.length;
      await parent.press('send');
      await told(parent, /Dit svar er måske ikke/).catch((error) => {
        throw new Error(`${name}: ${error.message}`);
      });
      assert.ok(network.sent.length > before, name);
    }
    assert.equal((await stage.rows(scene.round)).length, 0);
    network.rule = through;
    await again(parent);
    await settled(scene);
  });

  test('who goes back to change an answer is not sent behind their back', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    network.rule = dead;
    await parent.press('send');
    await told(parent, OFFLINE);
    network.rule = through;
    const sent = network.sent.length;
    await parent.press('change:q9');
    await parent.page.clock.runFor(10 * FIRST_PAUSE_MS);
    await parent.page.context().setOffline(true);
    await parent.page.context().setOffline(false);
    await parent.press('next');
    await parent.page.clock.runFor(10 * FIRST_PAUSE_MS);
    assert.equal(await parent.heading(), 'Tjek dine svar');
    assert.equal(network.sent.length, sent);
    await parent.press('send');
    await settled(scene);
  });

  test('Back while it is being sent, and no reply: the answers stay, nothing is claimed', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    let hang;
    const hanging = new Promise((resolve) => (hang = resolve));
    let cutIt;
    network.rule = async ({ cut }) => {
      cutIt = cut;
      hang();
    };
    await parent.press('send');
    await hanging;
    await parent.page.goBack();
    network.rule = dead;
    const failed = parent.page.waitForEvent('requestfailed');
    cutIt();
    await failed;
    assert.equal(await parent.heading(), 'Spørgsmål 10 af 10');
    assert.equal(await parent.button('next').innerText(), 'Næste');
    network.rule = through;
    await parent.press('next');
    await parent.press('send');
    await settled(scene);
  });

  test('retries by themselves leave readers where they are, and let them go on', async () => {
    const scene = await ready();
    const { parent, network } = scene;
    network.rule = dead;
    await parent.press('send');
    await told(parent, OFFLINE);
    await parent.page.focus('button[value="change:q6_1"]');
    const before = network.sent.length;
    await parent.page.clock.runFor(FIRST_PAUSE_MS);
    await eventually(() => parent.state(), ({ wait }) => wait === 4 * FIRST_PAUSE_MS);
    assert.ok(network.sent.length > before);
    assert.ok(await parent.has('button[value="change:q6_1"]'));
    let arrive;
    const arrived = new Promise((resolve) => (arrive = resolve));
    network.rule = async () => arrive();
    await parent.page.clock.runFor(2 * FIRST_PAUSE_MS);
    await arrived;
    await parent.press('change:q6_1');
    assert.ok(await parent.has('#q6_1'), 'a retry that hangs does not hold them');
    network.rule = through;
    await parent.press('next');
    await parent.press('send');
    await settled(scene);
  });

  for (const [name, turn] of [
    ['a reload', (parent) => parent.page.reload()],
    [
      'another language and back',
      async (parent) => {
        for (const language of ['en', 'da']) {
          await parent.page.click(`header a[lang=${language}]`);
          await parent.page.waitForSelector(`html[lang=${language}]`);
        }
      },
    ],
  ])
    test(`goes on trying after ${name}`, async () => {
      const scene = await ready('--languages', 'da,en', '--allow-drafts');
      const { parent, network } = scene;
      network.rule = dead;
      await parent.press('send');
      await told(parent, OFFLINE);
      await turn(parent);
      await told(parent, OFFLINE);
      network.rule = through;
      await parent.page.clock.runFor(2 * FIRST_PAUSE_MS);
      await settled(scene);
    });

  test('a language that arrives after the thank-you does not take it away', async () => {
    const scene = await ready('--languages', 'da,en', '--allow-drafts');
    const { parent } = scene;
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await parent.page.route('**/*lang=en*', async (route) => {
      await released;
      await route.continue();
    });
    await parent.page.click('header a[lang=en]');
    await parent.press('send');
    await parent.thanked();
    const answered = parent.page.waitForEvent('requestfinished');
    release();
    await answered;
    await parent.page.evaluate(() => new Promise((resolve) => queueMicrotask(resolve)));
    await settled(scene);
  });

  test('a round that closed meanwhile is said, with everything still there', async () => {
    const { round, network, parent } = await ready();
    const answers = [
      [portal('{"error":"closed"}', 'application/json', 410), /Undersøgelsen er lukket/],
      [portal('{"error":"withdrawn"}', 'application/json', 410), /Svaret er trukket tilbage/],
      [portal('{"error":"not_open"}', 'application/json', 403), /Undersøgelsen er ikke åbnet endnu/],
      [portal('{"errors":[]}', 'application/json', 422), /Noget gik galt hos os/],
    ];
    for (const [rule, words] of answers) {
      network.rule = rule;
      await parent.press('send');
      await told(parent, words);
      const sent = network.sent.length;
      await parent.page.clock.runFor(10 * FIRST_PAUSE_MS);
      assert.equal(network.sent.length, sent, `not tried again: ${words}`);
    }
    assert.equal((await stage.rows(round)).length, 0);
    network.close();
    await parent.leave();
  });

  test('without script a lost reply, Back and another tap are one answer', async () => {
    const { round, path } = await stage.newRound();
    const parent = await stage.parent({ javaScriptEnabled: false });
    const network = await Network.create(stage.server.respondents);
    await parent.open(network.url + path);
    await parent.walk(ANSWERS);
    network.rule = async ({ pass, answer }) => {
      await pass();
      answer(502, { 'Content-Type': 'text/html' }, '<!DOCTYPE html><h1>Bad Gateway</h1>');
    };
    await parent.press('send');
    await parent.page.waitForSelector('text=Bad Gateway');
    assert.equal((await stage.rows(round)).length, 1);
    network.rule = through;
    await parent.page.goBack();
    await parent.press('send');
    await settled({ round, network, parent });
  });
});

describe('a database that is away', () => {
  test('is said, with and without script, and the answers are stored when it is back', async () => {
    const scene = await ready();
    const { round, path } = await stage.newRound();
    const other = await stage.parent({ javaScriptEnabled: false });
    await other.open(stage.server.respondents + path);
    await other.walk(ANSWERS);
    await allow(false);
    await Promise.all([scene.parent.press('send'), other.press('send')]);
    await told(scene.parent, BUSY);
    await other.page.waitForSelector('#message');
    assert.match(await other.page.innerText('#message'), BUSY);
    assert.equal(await other.sees('#receipt'), 0);
    assert.equal((await other.lines()).q10, 'sendt fra trappen');
    await allow(true);
    await untilThanked(scene.parent);
    await untilThanked(other);
    await other.thanked();
    await settled(scene);
    const rows = await stage.rows(round);
    assert.equal(rows.length, 1);
    assert.deepEqual(columnsOf(rows[0]), rowOf(ANSWERS));
    await other.leave();
  });

  async function allow(connections) {
    const { database } = stage.hjemsvar;
    await sql('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS ${connections}`);
    if (!connections)
      await sql(
        'postgres',
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
      );
  }

  // The server finds its way back by itself; a parent taps as often as it takes.
  async function untilThanked(parent) {
    for (let taps = 0; taps < 20; taps++) {
      const replied = parent.page.waitForResponse((r) => r.request().method() === 'POST');
      await again(parent);
      if ((await replied).status() < 300) return;
      await parent.button('send').filter({ hasText: 'Prøv igen' }).waitFor();
    }
    assert.fail('the server does not come back');
  }
});
