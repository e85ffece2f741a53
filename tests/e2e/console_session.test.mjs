// Sessions of the console over HTTP: how one begins and ends, and what a form must carry.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { eventually, request, unescapeHtml, visibleText } from './lib/server.mjs';
import {
  COOKIE,
  Console,
  PASSWORD,
  PROXY_HEADER,
  Staff,
  codeOf,
  cookieOf,
  headingOf,
} from './lib/staff.mjs';

const REFUSED = 'Siden var for gammel';

let hjemsvar;
let desk;
let admin;
let anna; // who has a password, an authenticator and recovery codes

before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'admin@example.dk', role: 'admin' });
  // Enough of it to stay signed in when a test ends all sessions of the other.
  await desk.account({ email: 'boss@example.dk', role: 'admin' });
  admin = await desk.signIn('boss@example.dk');
  await admin.get('/staff');
  const path = await admin.invite({ email: 'Anna@Example.dk', role: 'evaluator' });
  const { staff } = await desk.accept(path);
  anna = { path, ...(await desk.enrol(staff)) };
  desk.server.keep(PASSWORD);
});

beforeEach(async () => {
  await desk.forgetSteps();
  await desk.forgetAttempts();
});

after(async () => {
  await desk?.stop();
  await hjemsvar?.drop();
});

const password = (staff, fields = {}) =>
  staff.post('/sign-in', { email: 'anna@example.dk', password: PASSWORD, ...fields });

async function signIn(next) {
  const staff = new Staff(desk.server);
  // The wrong passwords of other tests came from this network, too.
  const first = await eventually(() => password(staff, { next }), ({ status }) => status !== 429);
  assert.equal(first.status, 303, headingOf(first));
  await staff.get(first.headers.location);
  const last = await staff.post('/sign-in/code', { code: codeOf(anna.secret), next });
  assert.equal(last.status, 303, headingOf(last));
  await staff.get('/account');
  return { staff, location: last.headers.location };
}

const isIn = async (staff) => (await staff.get('/account')).status === 200;

test('the cookie is the host\'s own, for HTTPS, no script and no foreign form', async () => {
  const staff = new Staff(desk.server);
  const reply = await password(staff);
  const lines = reply.headers['set-cookie'].filter((line) => line.startsWith(`${COOKIE}=`));
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^__Host-hjemsvar=[0-9A-Z]{52}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
  assert.doesNotMatch(lines[0], /Domain|Expires|Max-Age/i);
  const page = await staff.get('/sign-in/code');
  assert.equal(page.headers['cache-control'], 'no-store');
  const policy = page.headers['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src|unsafe/);
  assert.doesNotMatch(page.text, /<script/);
});

test('the session of the password alone is not the one after the code', async () => {
  const staff = new Staff(desk.server);
  await password(staff);
  const half = staff.cookie;
  assert.equal(await isIn(staff), false);
  await staff.get('/sign-in/code');
  await staff.post('/sign-in/code', { code: codeOf(anna.secret) });
  assert.notEqual(staff.cookie, half);
  assert.equal(await isIn(staff), true);
  const stale = new Staff(desk.server);
  stale.cookie = half;
  assert.equal(await isIn(stale), false);
});

test('a code counts once', async () => {
  const code = codeOf(anna.secret);
  const first = new Staff(desk.server);
  await password(first);
  await first.get('/sign-in/code');
  assert.equal((await first.post('/sign-in/code', { code })).status, 303);
  const second = new Staff(desk.server);
  await password(second);
  await second.get('/sign-in/code');
  const reply = await second.post('/sign-in/code', { code });
  assert.equal(reply.status, 403);
  assert.match(reply.text, /Den kode er brugt/);
  assert.equal(await isIn(second), false);
});

test('a recovery code takes the place of the app, once', async () => {
  const [code] = anna.codes;
  const first = new Staff(desk.server);
  await password(first);
  await first.get('/sign-in/code');
  const reply = await first.post('/sign-in/code', { code: code.toLowerCase().replace('-', ' ') });
  assert.equal(reply.status, 303, headingOf(reply));
  assert.equal(await isIn(first), true);
  const second = new Staff(desk.server);
  await password(second);
  await second.get('/sign-in/code');
  assert.equal((await second.post('/sign-in/code', { code })).status, 403);
});

// As after many failures in a row, the last of them just now.
const failOften = () => hjemsvar.sql('UPDATE sign_in_attempt SET failures = 9, tried_at = now()');

const checkWait = (reply) => {
  assert.equal(reply.status, 429);
  assert.ok(Number(reply.headers['retry-after']) >= 1);
  assert.match(reply.text, /Vent \d+ sekund/);
};

test('wrong codes slow down and say for how long', async () => {
  const staff = new Staff(desk.server);
  await password(staff);
  await staff.get('/sign-in/code');
  const wrong = await staff.post('/sign-in/code', { code: '000000' });
  assert.equal(wrong.status, 403);
  await failOften();
  checkWait(await staff.post('/sign-in/code', { code: codeOf(anna.secret) }));
  await hjemsvar.sql("UPDATE sign_in_attempt SET tried_at = tried_at - interval '2 minutes'");
  const reply = await staff.post('/sign-in/code', { code: codeOf(anna.secret) });
  assert.equal(reply.status, 303, headingOf(reply));
});

test('wrong passwords slow down, for addresses that nobody has as for those that somebody has', async () => {
  const tries = async (email) => {
    const wrong = () =>
      password(new Staff(desk.server), { email, password: 'forkert og lang nok' });
    const first = await wrong();
    assert.equal(first.status, 403);
    await failOften();
    const second = await wrong();
    checkWait(second);
    return [first, second].map(({ text }) =>
      text.replaceAll(email, '').replace(/Vent \d+ sekund(er)?/g, 'Vent'),
    );
  };
  assert.deepEqual(await tries('anna@example.dk'), await tries('nobody@example.dk'));
});

// Of the path, not of time: what is counted, hashed and written is the same.
test('known and unknown addresses take the same path', async () => {
  const figure = async () => {
    const { text } = await request(desk.server.operations, '/metrics');
    return Number(/^hjemsvar_password_hashes_total (\d+)$/m.exec(text)[1]);
  };
  const traces = [];
  for (const email of ['anna@example.dk', 'nobody@example.dk', 'admin@example.dk']) {
    await desk.forgetAttempts();
    await hjemsvar.sql("UPDATE sign_in_unknown SET told_at = '-infinity'"); // a row a minute
    const hashes = await figure();
    const [[rows]] = await hjemsvar.sql('SELECT count(*) FROM audit');
    await password(new Staff(desk.server), { email, password: 'forkert og lang nok' });
    const [[failures]] = await hjemsvar.sql('SELECT failures FROM sign_in_attempt');
    const [[written]] = await hjemsvar.sql(`SELECT count(*) - ${rows} FROM audit`);
    traces.push({ hashes: (await figure()) - hashes, failures, written });
  }
  assert.deepEqual(traces, [traces[0], traces[0], traces[0]]);
  assert.equal(traces[0].hashes, 1);
});

test('a session ends when it is idle and when it is old', async () => {
  for (const [column, minutes] of [
    ['seen_at', 30],
    ['started_at', 12 * 60],
  ]) {
    const staff = await desk.signIn('admin@example.dk');
    const age = (interval) =>
      hjemsvar.sql(`UPDATE staff_session SET ${column} = now() - interval '${interval} minutes'
        WHERE staff = (SELECT id FROM staff WHERE email = 'admin@example.dk')`);
    await age(minutes - 1);
    assert.equal(await isIn(staff), true, column);
    await age(minutes + 1);
    const reply = await staff.get('/account');
    assert.equal(reply.status, 303, column);
    assert.equal(reply.headers.location, '/sign-in?next=/account');
  }
});

test('signing out ends the session on the server too', async () => {
  const { staff } = await signIn();
  const { cookie } = staff;
  const reply = await staff.post('/sign-out');
  assert.equal(reply.headers.location, '/sign-in?done=signed_out');
  assert.equal(cookieOf(reply), '');
  staff.cookie = cookie;
  assert.equal(await isIn(staff), false);
});

test('signing out everywhere ends all sessions of the account and of nobody else', async () => {
  const { staff: one } = await signIn();
  await desk.forgetSteps();
  const { staff: two } = await signIn();
  const other = await desk.signIn('admin@example.dk');
  assert.equal((await one.post('/account/sign-out')).status, 303);
  assert.equal(await isIn(two), false);
  assert.equal(await isIn(other), true);
});

test('a new password ends the other sessions, and the old one opens nothing', async () => {
  const { staff: one } = await signIn();
  await desk.forgetSteps();
  const { staff: two } = await signIn();
  const changed = 'fire kaniner under sofaen';
  desk.server.keep(changed);
  const change = (current, next) => one.post('/account/password', { current, password: next });
  assert.equal((await change('forkert og lang nok', changed)).status, 403);
  assert.equal((await change(PASSWORD, 'kort')).status, 422);
  assert.equal((await change(PASSWORD, changed)).status, 303);
  assert.equal(await isIn(one), true);
  assert.equal(await isIn(two), false);
  assert.equal((await password(new Staff(desk.server))).status, 403);
  await desk.forgetAttempts();
  assert.equal((await change(changed, PASSWORD)).status, 303);
});

test('the right password never slows down, whatever the new one is worth', async () => {
  const { staff } = await signIn();
  const change = (current, next) =>
    staff.post('/account/password', { current, password: next });
  for (let i = 0; i < 5; i++) assert.equal((await change(PASSWORD, 'kort')).status, 422, `${i}`);
  await staff.get('/authenticator');
  const offer = (password) => staff.post('/authenticator', { action: 'offer', password });
  for (let i = 0; i < 5; i++) assert.equal((await offer(PASSWORD)).status, 200, `${i}`);
  assert.equal((await change(PASSWORD, PASSWORD)).status, 303);
  // A wrong one does, here and there together.
  for (let i = 0; i < 2; i++) assert.equal((await offer('forkert og lang nok')).status, 403);
  assert.equal((await change('forkert og lang nok', PASSWORD)).status, 403);
  await hjemsvar.sql("UPDATE sign_in_attempt SET tried_at = now() + interval '1 hour'");
  assert.equal((await offer(PASSWORD)).status, 429);
  await desk.forgetAttempts();
});

test('a form from elsewhere changes nothing', async () => {
  const { staff } = await signIn();
  const other = await desk.signIn('admin@example.dk');
  const good = staff.csrf;
  const send = (csrf, headers = {}) =>
    staff.send('/account/language', { form: { csrf, language: 'da' }, headers });
  const ours = { Origin: desk.server.console };
  for (const [csrf, headers] of [
    [undefined, ours],
    ['', ours],
    [good.slice(0, -1), ours],
    [other.csrf, ours],
    [good, { Origin: 'https://evil.example' }],
    [good, { Origin: 'null' }],
    [good, { Origin: `${desk.server.console}.evil.example` }],
    [good, { ...ours, 'Sec-Fetch-Site': 'cross-site' }],
    [good, { ...ours, 'Sec-Fetch-Site': 'same-site' }],
  ]) {
    const reply = await send(csrf, headers);
    assert.equal(reply.status, 403, JSON.stringify([csrf, headers]));
    assert.equal(headingOf(reply), REFUSED);
    assert.equal(reply.headers['set-cookie'], undefined);
  }
  assert.equal((await send(good)).status, 303);
  assert.equal((await send(good, { ...ours, 'Sec-Fetch-Site': 'same-origin' })).status, 303);
});

test('nobody is signed in by a form of another site', async () => {
  const reply = await request(desk.server.console, '/sign-in', {
    form: { email: 'anna@example.dk', password: PASSWORD },
    headers: { Origin: 'https://evil.example', Accept: 'text/html' },
  });
  assert.equal(reply.status, 403);
  assert.equal(cookieOf(reply), null);
});

test('next leads to a page of ours and nowhere else', async () => {
  const cases = [
    ['/rounds/1/municipalities/101?x=1', '/rounds/1/municipalities/101?x=1'],
    ['//evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/\tx', '/'],
    ['/\r\nSet-Cookie: a=b', '/'],
    ['/sign-out', '/'],
    ['account', '/'],
    ['', '/'],
  ];
  const { staff } = await signIn();
  for (const [next, wanted] of cases) {
    await desk.forgetSteps();
    await hjemsvar.sql(`UPDATE staff_session SET complete = false WHERE staff =
      (SELECT id FROM staff WHERE email = 'Anna@Example.dk')`);
    await staff.get('/sign-in/code');
    const reply = await staff.post('/sign-in/code', { code: codeOf(anna.secret), next });
    assert.equal(reply.headers.location, wanted, JSON.stringify(next));
  }
  const page = await new Staff(desk.server).get(`/sign-in?next=${encodeURIComponent('//evil.example')}`);
  assert.match(page.text, /name="next" value="\/"/);
});

test('an invitation works once, and the password has to be a good one', async () => {
  const path = await admin.invite({
    email: 'tove.larsen@example.dk',
    name: 'Tove Larsen',
    role: 'municipality',
    municipality: 217,
  });
  const guest = new Staff(desk.server);
  const page = await guest.get(path);
  assert.match(page.text, /Du er inviteret som kommune \(Helsingør\)/);
  for (const [bad, why] of [
    ['kort', 'for kort'],
    ['password1234', 'let at gætte'],
    ['tove.larsen@example.dk', 'ligner din e-mail'],
    ['x'.repeat(200), 'for lang'],
  ]) {
    const reply = await guest.post(path, { password: bad });
    assert.equal(reply.status, 422, bad);
    assert.match(reply.text, new RegExp(why));
  }
  const { staff } = await desk.accept(path);
  assert.equal((await staff.get('/')).status, 200, 'a municipality needs no authenticator');
  const again = await guest.get(path);
  assert.equal(again.status, 410);
  assert.equal((await guest.get(`${path.slice(0, -2)}00`)).status, 404);
});

test('a disabled account is out at once, and its invitation with it', async () => {
  const path = await admin.invite({ email: 'ud@example.dk', role: 'municipality', municipality: 101 });
  const { staff } = await desk.accept(path);
  assert.equal((await staff.get('/')).status, 200);
  const [[id]] = await hjemsvar.sql("SELECT id FROM staff WHERE email = 'ud@example.dk'");
  assert.equal((await admin.post(`/staff/${id}`, { action: 'disable' })).status, 303);
  assert.equal((await staff.get('/')).status, 303);
  const reply = await password(new Staff(desk.server), { email: 'ud@example.dk' });
  assert.equal(reply.status, 403);
  const proxied = await new Staff(desk.server).get('/', {
    headers: { [PROXY_HEADER]: 'ud@example.dk' },
  });
  assert.equal(proxied.status, 303);
});

test('the proxy\'s word counts for an account alone, and only from a trusted proxy', async (t) => {
  const nobody = await new Staff(desk.server).get('/', {
    headers: { [PROXY_HEADER]: 'nobody@example.dk' },
  });
  assert.equal(nobody.status, 303);
  const other = await Console.start(hjemsvar, { HJEMSVAR_TRUSTED_PROXIES: '192.0.2.0/24' });
  t.after(() => other.server.ended ?? other.stop());
  for (let i = 0; i < 3; i++) {
    const reply = await new Staff(other.server).get('/', {
      headers: { [PROXY_HEADER]: 'admin@example.dk' },
    });
    assert.equal(reply.status, 303);
    assert.equal(cookieOf(reply), null);
  }
  await other.stop();
  const events = other.server.lines.filter((line) => line.includes('"proxy_header_ignored"'));
  assert.equal(events.length, 1);
  assert.doesNotMatch(events[0], /admin@/);
});

test('who changes at the proxy changes in the console', async () => {
  const staff = await desk.signIn('admin@example.dk');
  const before = staff.cookie;
  const page = await staff.get('/account', { headers: { [PROXY_HEADER]: 'anna@example.dk' } });
  assert.match(page.text, /<dd>Anna@Example\.dk<\/dd>/);
  assert.notEqual(staff.cookie, before);
});

test('an authenticator is changed with the password in hand', async () => {
  const { staff } = await signIn();
  await staff.get('/authenticator');
  const without = await staff.post('/authenticator', { action: 'offer', password: 'forkert' });
  assert.equal(without.status, 403);
  assert.doesNotMatch(without.text, /class="secret"/);
  const offer = await staff.post('/authenticator', { action: 'offer', password: PASSWORD });
  const secret = /class="secret">([A-Z2-7 ]+)</.exec(offer.text)[1];
  const wrong = await staff.post('/authenticator', { action: 'confirm', code: '000000' });
  assert.equal(wrong.status, 403);
  assert.ok(wrong.text.includes(secret), 'the same picture again');
  assert.match((await staff.get('/audit?kind=refusals')).text, /Anna[^]*?Konto \d+<[^]*?Forkert kode til konto/);
  const done = await staff.post('/authenticator', { action: 'confirm', code: codeOf(secret) });
  assert.equal(headingOf(done), 'Dine gendannelseskoder');
  Object.assign(anna, { secret, codes: [...done.text.matchAll(/<code>([0-9A-Z-]+)</g)].map(([, c]) => c) });
  assert.equal(await isIn(staff), true);
});

test('recovery codes are made anew with a code from the app, and the old ones are dead', async () => {
  const { staff } = await signIn();
  await desk.forgetSteps();
  const [old] = anna.codes;
  await staff.get('/account/recovery');
  const renew = (code) => staff.post('/account/recovery', { code });
  for (const wrong of ['', '000000', old]) {
    const reply = await renew(wrong);
    assert.equal(reply.status, 403, wrong);
    assert.match(reply.text, /Koden er forkert/);
  }
  await failOften();
  checkWait(await renew(codeOf(anna.secret)));
  await desk.forgetAttempts();
  const code = codeOf(anna.secret);
  const done = await renew(code);
  assert.equal(done.status, 200, headingOf(done));
  const codes = [...done.text.matchAll(/<li><code>([0-9A-Z-]+)</g)].map(([, found]) => found);
  desk.server.keep(...codes);
  assert.equal(new Set([...codes, ...anna.codes]).size, 20, 'ten, and none of the old ones');
  const again = await renew(code);
  assert.equal(again.status, 403);
  assert.match(again.text, /Den kode er brugt/);
  const enter = async (recovery) => {
    const other = new Staff(desk.server);
    await password(other);
    await other.get('/sign-in/code');
    await other.post('/sign-in/code', { code: recovery });
    return isIn(other);
  };
  assert.equal(await enter(old), false);
  assert.equal(await enter(codes[0]), true);
  assert.match((await staff.get('/audit?kind=sign_ins')).text, /Fik nye gendannelseskoder/);
  const boss = await desk.signIn('admin@example.dk');
  const without = await boss.get('/account/recovery');
  assert.equal(without.headers.location, '/authenticator', 'there is nothing to recover');
  assert.equal((await boss.post('/account/recovery', { code: '000000' })).status, 303);
  anna.codes = codes;
});

test('the console speaks to an account in its language, on every computer', async () => {
  const lang = (reply) => /<html lang="([a-z]+)"/.exec(reply.text)?.[1];
  const cookies = (staff, language) => ({
    headers: { Cookie: `${COOKIE}=${staff.cookie}; __Host-hjemsvar-language=${language}` },
  });
  const one = await desk.signIn('admin@example.dk');
  const other = await desk.signIn('admin@example.dk');
  assert.equal(lang(await one.get('/account')), 'da');
  assert.equal(lang(await request(desk.server.console, '/account', cookies(other, 'en'))), 'en');
  assert.equal((await one.post('/account/language', { language: 'en' })).status, 303);
  assert.equal(lang(await other.get('/account')), 'en', 'without a cookie');
  assert.equal(lang(await request(desk.server.console, '/account', cookies(other, 'da'))), 'en');
  assert.equal(lang(await other.get('/account?lang=da')), 'da');
  assert.equal(lang(await (await desk.signIn('boss@example.dk')).get('/account')), 'da');
  await one.post('/account/language', { language: 'da' });
  assert.equal(lang(await request(desk.server.console, '/account', cookies(other, 'en'))), 'da');
  await hjemsvar.sql("UPDATE staff SET language = NULL WHERE email = 'admin@example.dk'");
});

test('the audit log tells of all this, by pages, and holds no secret', async () => {
  const staff = await desk.signIn('admin@example.dk');
  const rows = await hjemsvar.sql('SELECT action, actor_name, subject, details FROM audit');
  const actions = new Set(rows.map(([action]) => action));
  for (const action of ['access.refuse', 'invitation.make', 'invitation.accept', 'staff.add'])
    assert.ok(actions.has(action), `${action} is not among ${[...actions]}`);
  const all = JSON.stringify(rows);
  for (const secret of [PASSWORD, anna.secret, ...anna.codes, '127.0.0.1', staff.cookie])
    assert.ok(!all.includes(secret));
  // More than one page holds.
  while (Number((await hjemsvar.sql('SELECT count(*) FROM audit'))[0][0]) <= 100)
    await staff.get('/rounds/1/municipalities/999');
  let seen = 0;
  let path = '/audit';
  while (path) {
    const page = await staff.get(path);
    assert.equal(page.status, 200);
    seen += page.text.match(/<tr><td>/g)?.length ?? 0;
    path = unescapeHtml(/href="(\/audit\?kind=all&amp;before=\d+)"/.exec(page.text)?.[1] ?? '');
  }
  const [[count]] = await hjemsvar.sql('SELECT count(*) FROM audit');
  assert.equal(seen, Number(count));
});

test('events are told in sentences, by kind, in the language that is read', async () => {
  const staff = await desk.signIn('admin@example.dk');
  const rowsOf = (reply) =>
    [...reply.text.matchAll(/<tr><td>([\s\S]*?)<\/tr>/g)].map(([, row]) => visibleText(row.replaceAll('</td>', ' | ')));
  await staff.get('/rounds/7/municipalities/999');
  await staff.post('/account/password', { current: 'forkert', password: 'fire kaniner under sofaen' });
  const [wrong] = rowsOf(await staff.get('/audit?kind=refusals'));
  assert.match(wrong, / \| admin@example\.dk Konto \d+ \| Forkert adgangskode til konto \d+ \|/);
  await staff.get('/rounds/7/municipalities/999');
  await hjemsvar.ok('staff', 'add', '--role', 'evaluator', '--email', 'scope@example.dk', '--municipality', '217', '--rounds', '1');
  const added = rowsOf(await staff.get('/audit?kind=accounts')).find((row) => row.includes('Oprettede'));
  const [[scoped]] = await hjemsvar.sql("SELECT id FROM staff WHERE email = 'scope@example.dk'");
  assert.match(added, new RegExp(`Oprettede konto ${scoped}: evaluator, Helsingør, runde 1 `));
  assert.match((await staff.get('/staff')).text, new RegExp(`<td class="number">${scoped}</td>\\s*<th scope="row">scope@`));
  await hjemsvar.ok('settings', 'set', 'service_name', 'Hos os');
  const [refusal] = rowsOf(await staff.get('/audit?kind=refusals'));
  assert.match(refusal, / Blev afvist ved kommunens side: findes ikke, eller er ikke ens egen \| 7 \| 999/);
  const [setting] = rowsOf(await staff.get('/audit?kind=settings'));
  assert.match(setting, /^[\d.]+ [\d:]+ \| Kommandolinjen \| Ændrede indstillingen tjenestens navn \|/);
  const kinds = [...(await staff.get('/audit')).text.matchAll(/<option value="([a-z_]+)"( selected)?>/g)];
  assert.deepEqual(kinds.filter(([, , chosen]) => chosen).map(([, value]) => value), ['all']);
  const actions = (await hjemsvar.sql('SELECT DISTINCT action FROM audit')).flat();
  for (const [, kind] of kinds)
    for (const row of rowsOf(await staff.get(`/audit?kind=${kind}`))) {
      assert.doesNotMatch(row, /[{["]/, kind);
      for (const action of actions) assert.ok(!row.includes(action), `${kind}: ${row}`);
    }
  const accounts = rowsOf(await staff.get('/audit?kind=accounts'));
  assert.ok(accounts.length > 0 && accounts.every((row) => / konto \d+| API-nøgle \d+/i.test(row)));
  assert.equal(rowsOf(await staff.get('/audit?kind=nonsense'))[0], setting, 'no such kind is all');
  const older = await staff.get('/audit?kind=accounts&before=3');
  assert.match(older.text, /href="\/audit\?kind=accounts">Vis de nyeste/);
  const headers = { Cookie: `${COOKIE}=${staff.cookie}; __Host-hjemsvar-language=en` };
  const english = await request(desk.server.console, '/audit?kind=settings', { headers });
  assert.match(rowsOf(english)[0], /The command line \| Changed the setting name of the service/);
});
