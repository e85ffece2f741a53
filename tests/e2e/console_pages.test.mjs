// The console in a real browser, on a desktop and on a phone's screen: invited, enrolled,
// signed in with a code, every page looked at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, newPhone } from './lib/browser.mjs';
import { click, deskPage, look, screens } from './lib/desk.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { COOKIE, Console, PASSWORD, codeOf } from './lib/staff.mjs';

let hjemsvar;
let desk;
let admin;
let browser;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'admin@example.dk', role: 'admin' });
  admin = await desk.signIn('admin@example.dk');
  await admin.get('/staff');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const title = (page) => page.textContent('h1');
const go = (page, path) => page.goto(`${desk.server.console}${path}`);

for (const [where, viewport] of screens) {
  test(`invited, enrolled and signed in with a code (${where})`, async () => {
    const email = `${where}@example.dk`;
    const page = await newPhone(browser, { viewport });
    await go(page, await admin.invite({ email, role: 'evaluator' }));
    await look(page, 'invitation');
    await page.fill('#password', 'for kort');
    await click(page, 'button.main');
    await look(page, 'invitation_problem');
    await page.fill('#password', PASSWORD);
    await click(page, 'button.main');
    assert.equal(await title(page), 'Slå koder fra en app til');
    await look(page, 'authenticator');
    await click(page, 'button.main');
    await look(page, 'authenticator_offer');
    const secret = await page.textContent('.secret');
    await page.fill('#code', codeOf(secret));
    await click(page, 'button.main');
    assert.equal(await title(page), 'Dine gendannelseskoder');
    await look(page, 'recovery');
    await click(page, 'a.button');
    assert.equal(await title(page), 'Undersøgelser');
    await go(page, '/account/recovery');
    await look(page, 'renewal');

    await click(page, '.who button');
    assert.equal(await title(page), 'Log ind');
    assert.match(await page.textContent('[role=status]'), /Du er logget ud/);
    await look(page, 'signed_out');
    await go(page, '/account');
    assert.match(page.url(), /\/sign-in\?next=\/account$/);
    await page.fill('#email', email);
    await page.fill('#password', 'noget helt andet');
    await click(page, 'button.main');
    assert.match(await page.title(), /^Fejl: Log ind/);
    await look(page, 'sign_in_problem');
    await desk.forgetAttempts();
    await desk.forgetSteps();
    assert.equal(await page.inputValue('#email'), email);
    await page.fill('#password', PASSWORD);
    await click(page, 'button.main');
    assert.equal(await title(page), 'Skriv koden fra din app');
    await look(page, 'code');
    await page.fill('#code', '000000');
    await click(page, 'button.main');
    await look(page, 'code_problem');
    await page.fill('#code', codeOf(secret));
    await click(page, 'button.main');
    assert.equal(await title(page), 'Din konto');
    await look(page, 'account');

    // Chromium keeps a Secure cookie of http://127.0.0.1.
    const cookie = (await page.context().cookies()).find(({ name }) => name === COOKIE);
    const { secure, httpOnly, sameSite, path, expires } = cookie;
    assert.deepEqual(
      { secure, httpOnly, sameSite, path, expires },
      { secure: true, httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 },
    );
    await click(page, 'button[value=en]');
    assert.equal(await title(page), 'Your account');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await look(page, 'account_english');
    await page.context().close();
  });
}

for (const [where, viewport] of screens) {
  test(`every page of an administrator (${where})`, async () => {
    const page = await deskPage(browser, admin, viewport);
    for (const path of [
      '/',
      '/rounds/1/municipalities/101',
      '/translations',
      '/translations/bilag8/1/ar',
      '/account',
      '/authenticator',
      '/tokens',
      '/audit',
      '/help',
      '/nowhere',
    ]) {
      await go(page, path);
      await look(page, path.replaceAll('/', '_'));
    }
    await go(page, '/staff');
    await page.fill('#email', `${where}.tove@example.dk`);
    await page.selectOption('#role', 'municipality');
    await click(page, 'form[action="/staff"] button.main');
    assert.match(await page.textContent('.problem'), /Tjek e-mail, rolle/);
    await look(page, 'staff_problem');
    await page.selectOption('#municipality', '217');
    await click(page, 'form[action="/staff"] button.main');
    assert.equal(await title(page), 'Invitationen er klar');
    await look(page, 'invited');
    await click(page, 'main a');
    await look(page, 'staff');
    await click(page, `button[aria-label="Luk: ${where}.tove@example.dk"]`);
    assert.match(await page.textContent('[role=status]'), /Kontoen er lukket/);
    await go(page, '/tokens');
    await page.fill('#name', 'Statistik');
    await page.selectOption('#role', 'evaluator');
    await click(page, 'form[action="/tokens"] button.main');
    await look(page, 'token');
    await click(page, 'main a');
    await look(page, 'tokens');
    await click(page, 'button[aria-label="Tilbagekald: Statistik"]');
    assert.match(await page.textContent('[role=status]'), /tilbagekaldt/);
    await page.context().close();
  });
}

test('a form of another site changes nothing in a browser that is signed in', async () => {
  const staff = await desk.signIn('admin@example.dk');
  const page = await deskPage(browser, staff);
  await page.route('http://evil.example/**', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${desk.server.console}/account/sign-out"><button>x</button></form>`,
    }),
  );
  await page.goto('http://evil.example/');
  await click(page, 'button');
  assert.equal(page.served.status(), 403);
  assert.equal((await staff.get('/account')).status, 200);
  await page.context().close();
});
