// The console's door: who is let in when many try, where forms may come from, whom a proxy names.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { hold } from './lib/hold.mjs';
import { eventually, request } from './lib/server.mjs';
import {
  Console,
  PASSWORD,
  PROXY_HEADER,
  Staff,
  codeOf,
  cookieOf,
  csrfOf,
  headingOf,
} from './lib/staff.mjs';

const THREADS = 2; // that compare passwords
const STRANGERS = 4; // who may wait for them
const WRONG_MAX = 5; // strangers of one network
const WRONG = 'forkert og lang nok';

let hjemsvar;
let desk;
let anna; // who has an authenticator
let annas; // the browser in which she has signed in
let tove; // who needs none, in her browser

before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'admin@example.dk', role: 'admin' });
  const admin = await desk.signIn('admin@example.dk');
  await admin.get('/staff');
  const enter = async (fields) => (await desk.accept(await admin.invite(fields))).staff;
  annas = await enter({ email: 'anna@example.dk', role: 'evaluator' });
  anna = await desk.enrol(annas);
  await enter({ email: 'tove@example.dk', role: 'municipality', municipality: 217 });
  tove = new Staff(desk.server);
  await signIn(tove, 'tove@example.dk');
  assert.ok(annas.device && tove.device);
});

// Whoever was told that it took too long may still be at the door.
beforeEach(async () => {
  await eventually(() => busyAt('door'), (busy) => busy === 0);
  await desk.forgetSteps();
  await desk.forgetAttempts();
});

after(async () => {
  await desk?.stop();
  await hjemsvar?.drop();
});

// A browser that is not signed in, but known where another one was.
function returning(staff) {
  const again = new Staff(desk.server);
  again.device = staff.device;
  return again;
}

const from = (address) => ({ headers: { 'X-Forwarded-For': address } });
const signIn = (staff, email, password = PASSWORD, address = '203.0.113.9') =>
  staff.post('/sign-in', { email, password }, from(address));
const stranger = (email, address) => signIn(new Staff(desk.server), email, WRONG, address);

const busyAt = async (pool) => {
  const { text } = await request(desk.server.operations, '/metrics');
  return Number(new RegExp(`^hjemsvar_worker_busy{pool="${pool}"} (\\d+)$`, 'm').exec(text)[1]);
};

// ---- many at the door

// So many who come one after the other while nobody gets on, for two at once might find the
// threads not taken yet and the line full; gives their replies to come.
async function lineUp(count, come) {
  const waiting = [];
  for (let i = 0; i < count; i++) {
    waiting.push(come(i));
    await eventually(() => busyAt('door'), (busy) => busy === i + 1);
  }
  return waiting;
}

// As many made-up addresses as are let in.
const fillDoor = () =>
  lineUp(THREADS + STRANGERS, (i) => stranger(`nobody${i}@example.dk`, `198.51.100.${i}`));

test('a flood of made-up addresses keeps neither parents nor staff waiting', async () => {
  const [code] = await singleCodes();
  const release = await hold(hjemsvar, 'sign_in_attempt');
  const waiting = await fillDoor();
  const refused = await stranger('late@example.dk', '198.51.100.99');
  assert.equal(refused.status, 503);
  assert.equal(refused.headers['retry-after'], '2');
  assert.equal(headingOf(refused), 'Vent et øjeblik');
  assert.match(refused.text, /Din adgangskode er ikke blevet prøvet/);
  // All this while the door is shut; how long the queue takes is the machine's affair.
  const parent = await request(desk.server.respondents, `/S/${code}`);
  assert.equal(parent.status, 200);
  assert.equal((await tove.get('/account')).status, 200);
  const known = signIn(returning(tove), 'tove@example.dk');
  await eventually(() => busyAt('door'), (busy) => busy === THREADS + STRANGERS + 1);
  await release();
  await Promise.all([...waiting, known]);
});

// Takes a place as soon as one is free, until the function that it gives is called.
function flood() {
  let over = false;
  let tries = 0;
  const one = async () => {
    while (!over) {
      tries += 1;
      await stranger(`flood${tries}@example.dk`, `10.0.${tries >> 8}.${tries & 255}`);
    }
  };
  const all = Array.from({ length: THREADS + STRANGERS }, one);
  return () => {
    over = true;
    return Promise.all(all);
  };
}

// How fast a hash is, is the machine's affair: who was too late tries again, as people do.
test('a flood of made-up addresses keeps nobody from a new password or an invitation', async (t) => {
  const admin = await desk.signIn('admin@example.dk');
  await admin.get('/staff');
  const link = await admin.invite({ email: 'ny@example.dk', role: 'municipality', municipality: 101 });
  await tove.get('/account');
  const change = () => tove.post('/account/password', { current: PASSWORD, password: PASSWORD });
  // Who came while the door was shut, and those who come after them.
  const release = await hold(hjemsvar, 'sign_in_attempt');
  const waiting = await fillDoor();
  const first = change();
  await eventually(() => busyAt('staff'), (busy) => busy === 1);
  await release();
  const stop = flood();
  t.after(stop);
  if ((await first).status !== 303) await eventually(change, ({ status }) => status === 303);
  // 410: it was in time after all, and the reply was not.
  const enter = () => new Staff(desk.server).post(link, { password: PASSWORD });
  await eventually(enter, ({ status }) => status === 303 || status === 410);
  await stop();
  await Promise.all(waiting);
});

test('a mark made for somebody else does not let a stranger past the others', async () => {
  const release = await hold(hjemsvar, 'sign_in_attempt');
  const waiting = await fillDoor();
  // Refused while the door is shut: who is let in to wait gets no such reply.
  const refused = signIn(returning(tove), 'anna@example.dk', WRONG);
  const taken = eventually(() => busyAt('door'), (busy) => busy > waiting.length);
  taken.catch(() => {}); // it is not when it was refused
  const reply = await Promise.race([refused, taken]);
  assert.equal(reply.status, 503, 'it waits with those who are known');
  assert.equal(reply.headers['retry-after'], '2');
  const made = new Staff(desk.server);
  made.device = `${tove.device.slice(0, -1)}${tove.device.endsWith('0') ? '1' : '0'}`;
  const alike = await signIn(made, 'tove@example.dk', WRONG);
  assert.equal(alike.status, 503);
  assert.equal(alike.headers['retry-after'], '2');
  await release();
  await Promise.all([...waiting, refused]);
});

test('a network with many wrong passwords slows down, and nobody else does', async () => {
  const release = await hold(hjemsvar, 'sign_in_attempt');
  const guess = (i) => stranger(`guess${i}@example.dk`, '192.0.2.7');
  const waiting = await lineUp(WRONG_MAX, guess);
  const refused = await guess(WRONG_MAX);
  assert.equal(refused.status, 429);
  assert.match(refused.headers['retry-after'], /^[1-5]$/);
  assert.equal(headingOf(refused), 'Vent et øjeblik');
  // Others on other networks wait in line, and so does who has signed in here before.
  const other = stranger('other@example.dk', '192.0.2.8');
  await eventually(() => busyAt('door'), (busy) => busy === waiting.length + 1);
  const known = signIn(returning(tove), 'tove@example.dk', PASSWORD, '192.0.2.7');
  await eventually(() => busyAt('door'), (busy) => busy === waiting.length + 2);
  await release();
  await Promise.all([...waiting, other, known]);
  // Never a lock-out: who has waited is let in.
  await eventually(
    () => signIn(new Staff(desk.server), 'tove@example.dk', PASSWORD, '192.0.2.7'),
    ({ status }) => status === 303,
  );
  const everything = await hjemsvar.sql('SELECT audit::text FROM audit');
  assert.doesNotMatch(JSON.stringify(everything), /192\.0\.2|guess\d/);
});

test('what is not a wrong password uses up nothing of the network', async () => {
  const tries = async (password) =>
    (await signIn(new Staff(desk.server), 'tove@example.dk', password, '192.0.2.21')).status;
  for (let i = 0; i <= WRONG_MAX; i++) assert.equal(await tries(''), 422, `${i}`);
  assert.equal(await tries(PASSWORD), 303);
});

test('whoever knows the password alone does not keep the owner from the code', async () => {
  const thief = new Staff(desk.server);
  assert.equal((await signIn(thief, 'anna@example.dk')).status, 303);
  await thief.get('/sign-in/code');
  for (let i = 0; i < 4; i++) await thief.post('/sign-in/code', { code: '000000' });
  await hjemsvar.sql("UPDATE sign_in_attempt SET tried_at = now() + interval '1 hour'");
  assert.equal((await thief.post('/sign-in/code', { code: '000000' })).status, 429);
  const owner = returning(annas);
  assert.equal((await signIn(owner, 'anna@example.dk')).status, 303);
  await owner.get('/sign-in/code');
  const reply = await owner.post('/sign-in/code', { code: codeOf(anna.secret) });
  assert.equal(reply.status, 303, headingOf(reply));
  assert.equal((await thief.post('/sign-in/code', { code: '000000' })).status, 429);
});

// ---- forms and addresses

test('where the console has an address of its own, forms come from there alone', async (t) => {
  const url = 'https://konsol.example';
  const other = await Console.start(hjemsvar, { HJEMSVAR_CONSOLE_URL: url });
  t.after(() => other.stop());
  const staff = await other.signIn('admin@example.dk');
  await staff.get('/account');
  const send = (Origin, Host) =>
    staff.post('/account/language', { language: 'da' }, { headers: { Origin, ...(Host && { Host }) } });
  assert.equal((await send(url)).status, 303);
  assert.equal((await send(url.toUpperCase())).status, 303);
  for (const [origin, host] of [
    [other.server.console],
    ['https://evil.example', 'evil.example'],
    ['http://konsol.example', 'konsol.example'],
    ['https://konsol.example:8443', 'konsol.example:8443'],
    ['null', 'null'],
  ]) {
    const reply = await send(origin, host);
    assert.equal(reply.status, 403, origin);
    assert.equal(headingOf(reply), 'Siden var for gammel');
  }
});

test('a page of the console has one address', async () => {
  const staff = await desk.signIn('admin@example.dk');
  const path = '/rounds/1/municipalities/217';
  assert.equal((await staff.get(path)).status, 200);
  for (const other of [
    '/Rounds/1/municipalities/217',
    '/rounds/1/MUNICIPALITIES/217',
    '/rounds/01/municipalities/217',
    '/rounds/1/municipalities/0217',
    '/rounds/+1/municipalities/217',
    '/STAFF',
    '/Help',
  ]) {
    assert.equal((await staff.get(other)).status, 404, other);
  }
});

// ---- a proxy that signs people in

const sessions = async () =>
  Number((await hjemsvar.sql('SELECT count(*) FROM staff_session'))[0][0]);
const named = (email) => ({ headers: { [PROXY_HEADER]: email } });

test('a client without cookies goes on in one session', async () => {
  const first = await new Staff(desk.server).get('/account', named('admin@example.dk'));
  const before = await sessions();
  const [[events]] = await hjemsvar.sql('SELECT count(*) FROM audit');
  for (let i = 0; i < 5; i++) {
    const reply = await new Staff(desk.server).get('/account', named('Admin@Example.dk'));
    assert.equal(reply.status, 200);
    assert.equal(cookieOf(reply), cookieOf(first));
  }
  assert.equal(await sessions(), before);
  assert.deepEqual((await hjemsvar.sql('SELECT count(*) FROM audit'))[0], [events]);
  // One that is over is not gone on in.
  await hjemsvar.sql("UPDATE staff_session SET seen_at = now() - interval '31 minutes'");
  const later = await new Staff(desk.server).get('/account', named('admin@example.dk'));
  assert.equal(later.status, 200);
  assert.notEqual(cookieOf(later), cookieOf(first));
});

test('the session of somebody else ends when the proxy says another name, or one that nobody has', async () => {
  for (const name of ['anna@example.dk', 'nobody@example.dk']) {
    const staff = new Staff(desk.server);
    await signIn(staff, 'tove@example.dk');
    const old = new Staff(desk.server);
    old.cookie = staff.cookie;
    assert.equal((await old.get('/account')).status, 200);
    const reply = await staff.get('/account', named(name));
    assert.equal(reply.status, name.startsWith('anna') ? 200 : 303, name);
    assert.equal((await old.get('/account')).status, 303, `${name}: it is over`);
  }
});

test('a name that stands there twice signs nobody in', async () => {
  const before = await sessions();
  for (const names of [
    ['admin@example.dk', 'anna@example.dk'],
    ['admin@example.dk', 'admin@example.dk'],
    ['', 'admin@example.dk'],
  ]) {
    const reply = await new Staff(desk.server).get('/account', { headers: { [PROXY_HEADER]: names } });
    assert.equal(reply.status, 400, names.join());
  }
  assert.equal(await sessions(), before);
});

test('a form made for one is not sent as another', async () => {
  const staff = new Staff(desk.server);
  await signIn(staff, 'tove@example.dk');
  const csrf = csrfOf(await staff.get('/account'));
  const reply = await staff.post('/account/language', { csrf, language: 'en' }, named('admin@example.dk'));
  assert.equal(reply.status, 403);
  assert.equal(headingOf(reply), 'Siden var for gammel');
});

// ---- tools

async function singleCodes() {
  const { round } = await hjemsvar.createRound('--codes', 'single', '--municipality', '217');
  const place = ['--round', round, '--municipality', '217', '--letters', 1];
  const links = (await hjemsvar.ok('codes', 'make', ...place)).trim().split('\n');
  const codes = links.map((link) => link.slice(link.lastIndexOf('/') + 1));
  desk.server.keep(...codes);
  // Until the server has heard of the round.
  await eventually(
    () => request(desk.server.respondents, `/S/${codes[0]}`),
    ({ status }) => status === 200,
  );
  return codes;
}
