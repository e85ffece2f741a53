// The evaluator's pages of rounds: made, changed, opened, closed, finalised and looked at, with
// nothing but a browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './lib/browser.mjs';
import { click, deskPage, look, screens } from './lib/desk.mjs';
import { Hjemsvar } from './lib/hjemsvar.mjs';
import { locks } from './lib/hold.mjs';
import { eventually, request, sendJson } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

let hjemsvar;
let desk;
let browser;
let admin;
let evaluator;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  desk = await Console.start(hjemsvar);
  await desk.account({ email: 'admin@example.dk', role: 'admin', name: 'Ane Lund' });
  await desk.account({ email: 'vive@example.dk', role: 'evaluator', name: 'Bo Holm' });
  admin = await desk.signIn('admin@example.dk');
  evaluator = await desk.signIn('vive@example.dk');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await hjemsvar?.drop();
});

const there = (path) =>
  access(path).then(
    () => true,
    () => false,
  );
const keyOf = (round) => join(hjemsvar.keys, `round-${round}.key`);
const shown = async (round) => hjemsvar.json('round', 'show', String(round));
const problems = (reply) =>
  [...reply.text.matchAll(/<p class="problem" id="([a-z_]+)-problem">/g)].map(([, id]) => id);
const told = async (round) =>
  (
    await hjemsvar.sql(
      `SELECT action, actor_name, details FROM audit WHERE round = ${round} ORDER BY id`,
    )
  ).map(([action, who, details]) => [action, who, JSON.parse(details)]);

let titles = 0;
const form = (more = {}) => ({
  title: `Hjemmepædagoger ${++titles}`,
  questionnaire: 'bilag8',
  first: 'da',
  codes: 'open',
  uses: '2',
  municipality_217: '1',
  municipality_101: '1',
  confirm: '1',
  traces: '1',
  ...more,
});

/** A round made on the console; its number. */
async function made(more = {}, staff = evaluator) {
  await staff.get('/rounds/new');
  const reply = await staff.post('/rounds/new', form(more));
  assert.equal(reply.status, 303, headingOf(reply) + problems(reply));
  assert.match(reply.headers.location, /^\/rounds\/[0-9]+\?done=round_created$/);
  return Number(/[0-9]+/.exec(reply.headers.location)[0]);
}

// The links of a round by municipality, once the server has heard of it.
async function links(round) {
  const list = await hjemsvar.json('link', 'list', '--round', String(round));
  for (const { code } of list) {
    desk.server.keep(code);
    await eventually(
      () => request(desk.server.respondents, `/S/${code}`),
      (reply) => reply.status === 200,
    );
  }
  return Object.fromEntries(list.map(({ municipality, code }) => [municipality, code]));
}

async function answered(code) {
  assert.equal((await sendJson(desk.server, code, { q1: 2, q3: 1, q7: 1, q9: 9 })).status, 201);
}

async function moved(round, to) {
  const page = await evaluator.get(`/rounds/${round}/state?to=${to}`);
  assert.equal(page.status, 200, headingOf(page));
  const reply = await evaluator.post(`/rounds/${round}/state`, { to });
  assert.equal(reply.status, 303, headingOf(reply));
}

test('an evaluator makes a round as the form says, and the log names who it was', async () => {
  const round = await made({
    title: 'Forår 2031',
    opens: '2031-03-01',
    opens_clock: '08:30',
    closes: '2031-05-31',
    language_en: '1',
    allow_drafts: '1',
    first: 'en',
    invite: '1',
  });
  const row = await shown(round);
  assert.equal(row.title, 'Forår 2031');
  assert.equal(row.opens_at, '2031-03-01T08:30:00+01:00');
  assert.equal(row.closes_at, '2031-06-01T00:00:00+02:00');
  assert.deepEqual(row.languages, ['en', 'da']);
  assert.deepEqual(row.municipalities, [101, 217]);
  assert.deepEqual([row.allow_drafts, row.traces, row.invite], [true, true, true]);
  assert.equal(await there(keyOf(round)), true);
  assert.deepEqual(await told(round), [
    ['round.create', 'Bo Holm', { codes: 'open', municipalities: [101, 217] }],
  ]);
  const page = await evaluator.get(`/rounds/${round}`);
  assert.match(page.text, /åbner 01\.03\.2031/);
  const list = await evaluator.get(`/rounds/${round}/municipalities`);
  assert.match(list.text, new RegExp(`href="/rounds/${round}/municipalities/217/letters"`));
});

test('a round with codes of its own has no open links and no trace key without traces', async () => {
  const round = await made({ codes: 'single', uses: '3', traces: '' });
  const row = await shown(round);
  assert.deepEqual([row.codes, row.uses, row.traces], ['single', 3, false]);
  assert.equal(await there(keyOf(round)), false);
});

test('each wrong field is named, and what was typed stands there again', async () => {
  await evaluator.get('/rounds/new');
  const wrong = {
    title: '',
    opens: '2031-02-30',
    closes: '2031-05-01',
    closes_clock: '25:00',
    codes: 'single',
    uses: '21',
    language_en: '1',
    municipality_101: '',
    municipality_217: '',
    confirm: '',
  };
  const reply = await evaluator.post('/rounds/new', form(wrong));
  assert.equal(reply.status, 422);
  assert.deepEqual(problems(reply).sort(), [
    'closes_clock',
    'languages',
    'municipalities',
    'opens',
    'title',
    'uses',
  ]);
  assert.match(reply.text, /name="closes" value="2031-05-01"/);
  assert.match(reply.text, /name="closes_clock" value="25:00"/);
  assert.match(reply.text, /name="uses" class="short" value="21"/);
  assert.match(reply.text, /id="language_en"[^>]* checked/);
  assert.match(reply.text, /value="single"[^>]* checked/);
  assert.doesNotMatch(reply.text, /id="confirm"[^>]* checked/);

  const late = await evaluator.post('/rounds/new', form({ opens: '2031-05-02', closes: '2031-05-01' }));
  assert.deepEqual([late.status, problems(late)], [422, ['closes']]);
  assert.match(late.text, /id="municipality_217"[^>]* checked/);
  const past = await evaluator.post('/rounds/new', form({ closes: '2020-05-01' }));
  assert.deepEqual([past.status, problems(past)], [422, ['closes']]);
  const [[rounds]] = await hjemsvar.sql("SELECT count(*) FROM round WHERE closes_at < '2031-05-03'");
  assert.equal(rounds, '0');
});

test('a form that is sent twice makes one round', async () => {
  const round = await made({ title: 'Kun én gang' });
  const reply = await evaluator.post('/rounds/new', form({ title: 'Kun én gang' }));
  assert.deepEqual([reply.status, problems(reply)], [409, ['title']]);
  const rows = await hjemsvar.sql("SELECT id FROM round WHERE title = 'Kun én gang'");
  assert.deepEqual(rows, [[String(round)]]);
  assert.equal(await there(keyOf(round + 1)), false);
});

test('changing a title leaves alone what was not touched', async () => {
  const round = await made();
  const before = await shown(round);
  const page = await evaluator.get(`/rounds/${round}/edit`);
  const value = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)[1];
  const same = form({ opens: value('opens'), opens_clock: value('opens_clock') });
  const reply = await evaluator.post(`/rounds/${round}/edit`, { ...same, title: 'En anden titel' });
  assert.equal(reply.status, 303, headingOf(reply));
  assert.deepEqual(await shown(round), { ...before, title: 'En anden titel' });
  assert.deepEqual((await told(round)).at(-1), ['round.set', 'Bo Holm', { changed: ['title'] }]);
});

test('a closing day that was given with the hour comes back as it was typed', async () => {
  const round = await made({ closes: '2031-10-31' });
  const page = await evaluator.get(`/rounds/${round}/edit`);
  assert.match(page.text, /name="closes" value="2031-10-31"/);
  assert.match(page.text, /name="closes_clock" value=""/);
});

test('a round is closed and opened again on pages that say what it means', async () => {
  const round = await made();
  const ask = await evaluator.get(`/rounds/${round}/state?to=close`);
  assert.match(ask.text, /sende i en time endnu/);
  await moved(round, 'close');
  assert.equal((await shown(round)).state, 'closed');
  const again = await evaluator.post(`/rounds/${round}/state`, { to: 'close' });
  assert.equal(again.status, 409);
  assert.match(again.text, /Intet er ændret/);
  await moved(round, 'reopen');
  assert.equal((await shown(round)).state, 'open');
  assert.deepEqual(
    (await told(round)).map(([action]) => action),
    ['round.create', 'round.close', 'round.reopen'],
  );
});

test('a round that waits for its day can be opened at once', async () => {
  const round = await made({ opens: '2031-03-01', closes: '2031-05-31' });
  assert.equal((await shown(round)).state, 'scheduled');
  await moved(round, 'open');
  const row = await shown(round);
  assert.equal(row.state, 'open');
  assert.equal(row.closes_at, '2031-06-01T00:00:00+02:00');
});

test('what is missing is named, with the page that mends it, and then the round opens by itself', async () => {
  await hjemsvar.sql("UPDATE setting SET value = '' WHERE key IN ('help_contact', 'purpose')");
  const round = await made({ title: 'Mangler noget' }, admin);
  const page = await admin.get(`/rounds/${round}`);
  assert.match(page.text, /Runden kan ikke åbne endnu/);
  assert.match(page.text, /<li>Hjælp til forældre<\/li>\s*<li>Formål<\/li>/);
  assert.match(page.text, /href="\/installation"/);
  const other = await evaluator.get(`/rounds/${round}`);
  assert.doesNotMatch(other.text, /href="\/installation"/);
  assert.match(other.text, /En administrator skriver dem/);

  await admin.get('/installation');
  const saved = await admin.post('/installation', {
    save: '1',
    help_contact: 'Ring til Åse på 49 28 00 00',
    purpose: 'At gøre hjælpen bedre',
  });
  assert.equal(saved.status, 303, headingOf(saved));
  assert.equal((await shown(round)).state, 'open');
  await eventually(
    () => request(desk.server.respondents, '/privacy'),
    (notice) => notice.text.includes('Ring til Åse på 49 28 00 00'),
  );
  const rows = await hjemsvar.sql(
    `SELECT subject, actor_name FROM audit
     WHERE action = 'setting.set' AND actor <> 'operator' ORDER BY subject`,
  );
  assert.deepEqual(rows, [
    ['help_contact', 'Ane Lund'],
    ['purpose', 'Ane Lund'],
  ]);

  const emptied = await admin.post('/installation', { save: '1', purpose: '', rights: 'Nye ord' });
  assert.deepEqual([emptied.status, problems(emptied)], [422, ['purpose']]);
  assert.match(emptied.text, />\s*Nye ord<\/textarea>/);
  const [[rights]] = await hjemsvar.sql("SELECT value FROM setting WHERE key = 'rights'");
  assert.equal(rights, 'test rights', 'all or nothing');

  const months = await admin.post('/installation', { save: '1', retention_months: 'mange', rights: 'Nye ord' });
  assert.deepEqual([months.status, problems(months)], [422, ['retention_months']]);
  assert.match(months.text, />\s*mange<\/textarea>/);
  const labels = [...months.text.matchAll(/<label for="(\w+)">([^<]*)/g)];
  const described = await hjemsvar.sql('SELECT key, description FROM setting_key');
  for (const [, key, label] of labels) {
    assert.notEqual(label, described.find(([name]) => name === key)?.[1], `${key} is in Danish`);
  }
});

test('finalising says first what it does, waits for who is writing, and wants the name', async () => {
  const round = await made({ title: 'Gøres op' });
  await answered((await links(round))[217]);
  const open = await evaluator.get(`/rounds/${round}/finalise`);
  assert.match(open.text, /Luk den først/);
  await moved(round, 'close');
  const path = `/rounds/${round}/finalise`;
  const waiting = await evaluator.get(path);
  assert.match(waiting.text, /kan sende til/);
  assert.doesNotMatch(waiting.text, /<form method="post" action="\/rounds/);
  assert.equal((await evaluator.post(path, { name: String(round) })).status, 409);
  await hjemsvar.sql(`UPDATE round SET opens_at = now() - interval '3 hours',
    closed_at = now() - interval '2 hours' WHERE id = ${round}`);

  const ready = await evaluator.get(path);
  assert.match(ready.text, /1 svar bliver skrevet om i tilfældig rækkefølge/);
  const unnamed = await evaluator.post(path, { name: 'En anden' });
  assert.deepEqual([unnamed.status, problems(unnamed)], [422, ['name']]);
  assert.match(unnamed.text, /value="En anden"/);
  assert.equal((await shown(round)).state, 'closed');
  const done = await evaluator.post(path, { name: ' Gøres op ' });
  assert.equal(done.headers.location, `/rounds/${round}?done=round_finalised`);
  assert.equal((await shown(round)).state, 'finalised');
  assert.equal(await there(keyOf(round)), false);
  const [[flagged]] = await hjemsvar.sql(
    `SELECT count(weight) FROM submission WHERE round = ${round}`,
  );
  assert.equal(flagged, '1', 'flags were made before');
  assert.deepEqual((await told(round)).at(-1).slice(0, 2), ['round.finalise', 'Bo Holm']);
  const after = await evaluator.get(`/rounds/${round}`);
  assert.doesNotMatch(after.text, /\/edit"/);
  assert.equal((await evaluator.get(`/rounds/${round}/edit`)).status, 409);
});

// A way to the database that is cut as soon as the round's COMMIT has been carried out.
async function cutAfterCommit(t) {
  const { host, port } = Object.fromEntries(
    [...hjemsvar.env.HJEMSVAR_DATABASE_URL.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]),
  );
  const folder = await mkdtemp(join(tmpdir(), 'hjemsvar-wire-'));
  t.after(() => rm(folder, { recursive: true }));
  const name = `.s.PGSQL.${port ?? 5432}`;
  const wire = { cut: 0 };
  const server = net.createServer((near) => {
    const far = net.connect(join(host, name));
    let stage = 0;
    const end = () => [near, far].forEach((socket) => socket.destroy());
    near.on('data', (piece) => {
      if (stage === 0 && piece.includes('round_finalise\0')) stage = 1;
      else if (stage === 1 && piece.includes('COMMIT')) stage = 2;
      far.write(piece);
    });
    far.on('data', (piece) => {
      if (stage < 2) return near.write(piece);
      wire.cut++;
      return end();
    });
    for (const socket of [near, far]) socket.on('close', end).on('error', end);
  });
  server.listen(join(folder, name));
  server.unref();
  await once(server, 'listening');
  t.after(() => server.close());
  wire.url = hjemsvar.env.HJEMSVAR_DATABASE_URL.replace(host, folder);
  return wire;
}

test('no key outlives a round whose end nobody heard of', async (t) => {
  const round = await made({ title: 'Uden svar fra databasen' });
  await hjemsvar.ok('round', 'set', String(round), '--traces', 'on');
  await moved(round, 'close');
  await hjemsvar.sql(`UPDATE round SET opens_at = now() - interval '3 hours',
    closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  assert.equal(await there(keyOf(round)), true);
  const wire = await cutAfterCommit(t);
  const other = await Console.start(hjemsvar, { HJEMSVAR_DATABASE_URL: wire.url });
  t.after(() => other.server.ended ?? other.stop());
  const staff = await other.signIn('vive@example.dk');
  await staff.get(`/rounds/${round}/finalise`);
  const lost = await staff.post(`/rounds/${round}/finalise`, { name: String(round) });
  assert.deepEqual([lost.status, wire.cut], [503, 1]);
  assert.equal((await shown(round)).state, 'finalised');
  await eventually(() => there(keyOf(round)), (key) => !key);
});

test('finalising beside an export says so and does nothing', async () => {
  const round = await made({ title: 'Ved siden af' });
  await moved(round, 'close');
  await hjemsvar.sql(`UPDATE round SET opens_at = now() - interval '3 hours',
    closed_at = now() - interval '2 hours' WHERE id = ${round}`);
  await evaluator.get(`/rounds/${round}/finalise`);
  const reading = hjemsvar.sql('BEGIN; SELECT count(*) FROM submission; SELECT pg_sleep(100)');
  const held = "granted AND mode = 'AccessShareLock' AND relation = 'submission'::regclass";
  const [[reader]] = await eventually(() => locks(hjemsvar, held), ({ length }) => length === 1);
  const beside = await evaluator.post(`/rounds/${round}/finalise`, { name: String(round) });
  const cli = await hjemsvar.cli(['round', 'finalise', String(round), '--yes']);
  const ended = assert.rejects(reading); // before it is: nobody would hear of it
  await hjemsvar.sql(`SELECT pg_cancel_backend(${reader})`);
  await ended;
  assert.equal(beside.status, 409, headingOf(beside));
  assert.match(beside.text, /Nogen henter svar/);
  assert.equal(cli.code, 69, cli.stderr);
  assert.match(cli.stderr, /answers are being read.*hint: try again/);
  assert.equal((await shown(round)).state, 'closed');
  const done = await evaluator.post(`/rounds/${round}/finalise`, { name: String(round) });
  assert.equal(done.status, 303, headingOf(done));
});

test('the database lets no session finalise a round that is not its own', async () => {
  const round = await made({ title: 'Ikke min' });
  await moved(round, 'close');
  for (const settings of [
    "set_config('app.role', 'municipality', true), set_config('app.municipality', '217', true)",
    "set_config('app.role', 'evaluator', true), set_config('app.municipality', '217', true)",
    "set_config('app.role', 'evaluator', true), set_config('app.rounds', '{99999}', true)",
    "set_config('app.role', '', true)",
  ])
    await assert.rejects(
      hjemsvar.sql(`BEGIN; SET LOCAL ROLE hjemsvar_console; SELECT ${settings};
        SELECT round_finalise(${round}); COMMIT`),
      /not the session's to finalise/,
      settings,
    );
  assert.equal((await shown(round)).state, 'closed');
});

test('an evaluator sees exact numbers, those of a municipality only of it', async () => {
  const round = await made({ title: 'Tal' });
  const codes = await links(round);
  for (const municipality of [101, 217, 217, 217]) await answered(codes[municipality]);
  const numbers = (reply) =>
    [...reply.text.matchAll(/municipalities\/([0-9]+)">[\s\S]*?Svar<\/span> ([0-9]+)</g)].map(
      ([, code, n]) => `${code}: ${n}`,
    );
  const all = await evaluator.get(`/rounds/${round}/municipalities`);
  assert.deepEqual(numbers(all), ['101: 1', '217: 3']);
  assert.match(all.text, /I alt 4 svar og 0 afsluttede forløb/);
  await desk.account({ email: 'of-217@example.dk', role: 'evaluator', municipality: 217 });
  const own = await desk.signIn('of-217@example.dk');
  assert.deepEqual(numbers(await own.get(`/rounds/${round}/municipalities`)), ['217: 3']);
  const page = await own.get(`/rounds/${round}`);
  assert.doesNotMatch(page.text, /\/(edit|finalise|state\?to=close)"/);
});

for (const [where, viewport] of screens) {
  test(`the pages can be used by everybody (${where})`, async () => {
    const round = await made({ title: `Til at se på (${where})`, closes: '2031-05-31' });
    const page = await deskPage(browser, admin, viewport);
    for (const [name, path] of [
      ['home', '/'],
      ['list', '/rounds'],
      ['one', `/rounds/${round}`],
      ['new', '/rounds/new'],
      ['edit', `/rounds/${round}/edit`],
      ['municipalities', `/rounds/${round}/municipalities`],
      ['close', `/rounds/${round}/state?to=close`],
      ['unfit', `/rounds/${round}/state?to=reopen`],
      ['finalise', `/rounds/${round}/finalise`],
      ['end', `/rounds/${round}/end`],
      ['installation', '/installation'],
    ]) {
      await page.goto(`${desk.server.console}${path}`);
      await look(page, name);
    }
    await page.goto(`${desk.server.console}/rounds/new`);
    await page.fill('#closes', '2020-01-01');
    await page.check('#codes-single');
    await page.fill('#uses', 'mange');
    await click(page, 'button.main');
    assert.match(await page.title(), /^Fejl: Opret en runde/);
    assert.equal(await page.inputValue('#uses'), 'mange');
    await look(page, 'problems');
    await hjemsvar.sql(`UPDATE round SET opens_at = now() - interval '3 hours', closes_at = NULL,
      closed_at = now() - interval '2 hours' WHERE id = ${round}`);
    await page.goto(`${desk.server.console}/rounds/${round}/finalise`);
    await look(page, 'finalise_ready');
    await hjemsvar.ok('round', 'finalise', round, '--yes');
    await hjemsvar.sql(`UPDATE round SET retain_until = '2026-01-01' WHERE id = ${round};
      INSERT INTO round_archive (round, profile, sha256, bytes, receipt, received_at) VALUES
        (${round}, 'internal', sha256('a'), 3450000, NULL, now()),
        (${round}, 'internal', sha256('b'), 3450000, 'ABCD2345', NULL)`);
    for (const [name, path] of [['end_ready', `/rounds/${round}/end`], ['due', '/rounds']]) {
      await page.goto(`${desk.server.console}${path}`);
      await look(page, name);
    }
    await page.context().close();
  });
}
