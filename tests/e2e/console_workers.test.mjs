// The workers behind the console: a full queue, a database that is late, a stop.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { hold, locks } from './lib/hold.mjs';
import { Manager } from './lib/manager.mjs';
import { eventually, request, sendJson } from './lib/server.mjs';
import { COOKIE, Console, headingOf } from './lib/staff.mjs';

// What was typed into a form of the console is in the page that says later.
const COURSE = '/rounds/1/municipalities/101/courses/course';
const typed = { old: '', course_id: 'F-12 <b>', visits: '20' };
function keeps(reply) {
  assert.deepEqual([reply.status, headingOf(reply)], [503, 'Siden kan ikke vises lige nu']);
  const hidden = Object.fromEntries(reply.page().hidden);
  for (const [name, value] of Object.entries(typed)) assert.equal(hidden[name], value, name);
  assert.match(reply.text, new RegExp(`<form method="post" action="${COURSE}">[^]*>Send igen</button>`));
}

const THREADS = 4;
const QUEUE = 64;

// An installation and a server of its own for each test, for they wait side by side for the same
// deadlines; the server stops when the test has ended, well or badly.
async function begin(t, more) {
  const hjemsvar = await Hjemsvar.create();
  let desk;
  t.after(async () => {
    if (desk && !desk.server.ended) await desk.stop();
    await hjemsvar.drop();
  });
  const { links } = await hjemsvar.createRound();
  desk = await Console.start(hjemsvar, more);
  const email = 'admin@example.dk';
  await desk.account({ email, role: 'admin' });
  return { hjemsvar, desk, server: desk.server, staff: await desk.signIn(email), code: links[0].code };
}

// Of all pools together.
const figure = async (server, name) => {
  const { text } = await request(server.operations, '/metrics');
  const lines = [...text.matchAll(new RegExp(`^hjemsvar_${name}(?:{[^}]*})? (\\d+)$`, 'gm'))];
  assert.ok(lines.length > 0, name);
  return lines.reduce((sum, [, number]) => sum + Number(number), 0);
};

const ready = (server) => request(server.operations, '/readyz');

// Who reads a pipe into which nobody writes does not come back; what sets a letter reads the
// configuration of the fonts. Ordinary work is given up before it can be called stuck.
async function pipe(t) {
  const folder = await mkdtemp(join(tmpdir(), 'hjemsvar-pipe-'));
  const path = join(folder, 'fonts');
  await promisify(execFile)('mkfifo', [path]);
  const held = await open(path, 'r+');
  t.after(async () => {
    await held.close();
    await rm(folder, { recursive: true });
  });
  return { path, held };
}

// Whether a program that the server has started has opened it.
async function reads(server, { path }) {
  const tasks = `/proc/${server.child.pid}/task`;
  const lists = (await readdir(tasks)).map((task) => readFile(join(tasks, task, 'children'), 'utf8').catch(() => ''));
  const presses = (await Promise.all(lists)).join(' ').split(' ').filter(Boolean);
  const opened = presses.map(async (press) => {
    const files = await readdir(`/proc/${press}/fd`).catch(() => []);
    return Promise.all(files.map((fd) => readlink(`/proc/${press}/fd/${fd}`).catch(() => '')));
  });
  return (await Promise.all(opened)).flat().includes(path);
}

// Lets go of who reads it; whoever comes after finds a file.
async function feed({ path, held }) {
  await writeFile(`${path}.file`, '<fontconfig/>');
  await rename(`${path}.file`, path);
  await held.writeFile('<fontconfig/>');
  await held.close();
}

// Who can be named on it.
const named = (hjemsvar) =>
  hjemsvar.ok('municipality', 'set', '101', '--contact', 'Anne Holm', '--phone', '49 28 28 28');

const SIGNS_MS = 1000; // in which a server that is well gives some signs of life
const LETTER = '/rounds/1/municipalities/101/letters.pdf';

describe('the workers', { concurrency: 3 }, () => {
  test('a full queue is 503 at once, and who waits is answered', async (t) => {
    const { hjemsvar, server, staff } = await begin(t);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
    const release = await hold(hjemsvar, 'staff_session');
    const more = 12;
    const ask = (length) => Array.from({ length }, () => staff.get('/account', { agent }));
    const first = ask(THREADS);
    await eventually(() => locks(hjemsvar, 'NOT granted'), ({ length }) => length === THREADS);
    const asked = [...first, ...ask(QUEUE + more)];
    await eventually(() => figure(server, 'worker_refused_total'), (refused) => refused === more);
    keeps(await staff.post(COURSE, typed));
    await release();
    const replies = await Promise.all(asked);
    agent.destroy();
    const refused = replies.filter(({ status }) => status === 503);
    assert.deepEqual(
      [refused.length, replies.filter(({ status }) => status === 200).length],
      [more, THREADS + QUEUE],
    );
    for (const reply of refused) {
      assert.ok(Number(reply.headers['retry-after']) > 0);
      assert.equal(headingOf(reply), 'Siden kan ikke vises lige nu');
    }
    assert.equal(await figure(server, 'worker_refused_total'), more + 1);
    assert.equal(await figure(server, 'worker_busy'), 0);
  });

  test('a database that is late is 503, for those who wait behind it too', async (t) => {
    const { hjemsvar, server, staff } = await begin(t);
    const release = await hold(hjemsvar, 'staff_session');
    const open = await hold(hjemsvar, 'sheet_link');
    const fields = { course_id: 'F-12 <b>', visits: '20', closed_on: '2026-06-30', accepted: 'future' };
    const send = () => request(server.respondents, '/A/00000000000', { agent: false, form: { ...fields, action: 'send' } });
    const [sheet, ...sheets] = Array.from({ length: 2 * THREADS }, send);
    await eventually(() => locks(hjemsvar, 'NOT granted'), ({ length }) => length > 0);
    const letter = await request(server.respondents, '/S/00000000000');
    assert.equal(letter.status, 404, 'a letter waits for no sheet');
    const forms = Array.from({ length: 3 * THREADS }, () => staff.post(COURSE, typed));
    const foreign = staff.post(COURSE, typed, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    for (const reply of await Promise.all(forms)) keeps(reply);
    assert.doesNotMatch((await foreign).text, /F-12/, 'what another site has sent');
    const kept = await sheet;
    assert.deepEqual((await Promise.all(sheets)).map(({ status }) => status), sheets.map(() => 503));
    assert.deepEqual([kept.status, headingOf(kept)], [503, 'Tjek, før du sender']);
    assert.match(kept.text, /role="alert"[^]*ikke sendt endnu[^]*Send igen/);
    for (const [name, value] of Object.entries(fields))
      assert.ok(kept.text.includes(`name="${name}" value="${value.replace('<b>', '&lt;b&gt;')}"`), name);
    await open();
    assert.equal((await request(server.respondents, '/privacy')).status, 200);
    await release();
    assert.equal((await staff.get('/account')).status, 200, 'on new connections');
  });

  test('a stop waits for the worker that is busy and answers what it did', async (t) => {
    const { hjemsvar, desk, server, staff } = await begin(t);
    const release = await hold(hjemsvar, 'staff_session');
    const waiting = staff.get('/account');
    await eventually(() => figure(server, 'worker_busy'), (busy) => busy === 1);
    const stopped = desk.stop(); // exit code 0
    await server.event('stopping');
    await release();
    const reply = await waiting;
    assert.equal(reply.status, 200);
    assert.equal(headingOf(reply), 'Din konto');
    await stopped;
  });
  // Two reports that do not come back take both workers; behind them wait a page and a program.
  test('who waits behind exports that are stuck is told so when the server stops', async (t) => {
    const fonts = await pipe(t);
    const { desk, hjemsvar, server, staff } = await begin(t, { FONTCONFIG_FILE: fonts.path });
    await desk.account({ email: 'two@example.dk', role: 'evaluator' });
    const three = await desk.account({ email: 'three@example.dk', role: 'evaluator' });
    await hjemsvar.sql(`UPDATE staff SET language = 'en' WHERE id = ${three}`);
    const two = await desk.signIn('two@example.dk');
    const reader = await desk.signIn('three@example.dk');
    const page = await reader.get('/account');
    const spoken = /__Host-hjemsvar-language=[a-z]+/.exec(page.headers['set-cookie'].join());
    assert.deepEqual([...spoken], ['__Host-hjemsvar-language=en']);
    await staff.get('/account');
    const made = await staff.post('/tokens', { name: 'R', role: 'evaluator', municipality: '0', days: '1' });
    const [, token] = /id="link" value="([0-9A-Z]+)"/.exec(made.text);
    server.keep(token);
    const report = (who) => who.post('/rounds/1/report', { format: 'pdf' });
    const stuck = [staff, two].map(report);
    await eventually(() => reads(server, fonts), Boolean);
    const waiting = [
      request(server.console, '/rounds/1/report', {
        headers: { Cookie: `${COOKIE}=${reader.cookie}; ${spoken}`, Origin: server.console },
        form: { csrf: reader.csrf, format: 'pdf' },
      }),
      request(server.console, '/api/v1/rounds/1/answers?format=csv', {
        headers: { Authorization: `Bearer ${token}` },
      }),
    ];
    await eventually(() => figure(server, 'worker_busy'), (count) => count === 4);
    server.child.kill('SIGTERM');
    const [html, json] = await Promise.all(waiting);
    assert.deepEqual([html.status, headingOf(html)], [503, 'The page cannot be shown right now']);
    assert.equal(json.status, 503);
    assert.match(json.headers['content-type'], /problem\+json/);
    for (const reply of await Promise.all(stuck))
      assert.deepEqual([reply.status, headingOf(reply)], [503, 'Siden kan ikke vises lige nu']);
    await feed(fonts);
    assert.deepEqual(await server.exited, { code: 0, signal: null });
  });

  test('work that is older than allowed makes the server not ready, and the log says so once', async (t) => {
    const fonts = await pipe(t);
    const manager = await Manager.create(t, { WATCHDOG_USEC: '200000' });
    const env = { HJEMSVAR_WORK_MAX_S: '10', FONTCONFIG_FILE: fonts.path, ...manager.env };
    const { hjemsvar, desk, server, staff } = await begin(t, env);
    await manager.heard('READY=1');
    await manager.heard('WATCHDOG=1');
    await named(hjemsvar);
    const waiting = Promise.all([staff.get(LETTER), staff.get(LETTER)]);
    const late = await eventually(() => ready(server), ({ status }) => status === 503);
    assert.equal(late.text, 'a worker is stuck\n');
    assert.equal((await request(server.operations, '/readyz/parents')).status, 200, 'parents wait for no staff');
    assert.equal(await figure(server, 'worker_stuck'), 1);
    assert.equal((await request(server.operations, '/healthz')).status, 200);
    assert.deepEqual((await waiting).map(({ status }) => status), [503, 503]);
    manager.forget();
    const since = Date.now();
    await eventually(() => ready(server), () => Date.now() - since > SIGNS_MS);
    assert.ok(manager.said.length <= 1, 'the service manager is told that all is well'); // one was on its way
    await feed(fonts);
    await eventually(() => ready(server), ({ status }) => status === 200);
    await manager.heard('WATCHDOG=1');
    await desk.stop();
    await manager.heard('STOPPING=1');
    const events = server.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'work_stuck');
    assert.equal(events.length, 1);
    assert.equal(events[0].route, '/rounds/{round}/municipalities/{municipality}/letters.pdf');
  });

  test('a worker that never comes back holds up neither answers nor the end', async (t) => {
    const fonts = await pipe(t);
    const { hjemsvar, server, staff, code } = await begin(t, { HJEMSVAR_WORK_MAX_S: '10', FONTCONFIG_FILE: fonts.path });
    await named(hjemsvar);
    const letter = staff.get(LETTER);
    await eventually(() => ready(server), ({ status }) => status === 503);
    // An answer that the writer still has when the signal comes.
    const release = await hold(hjemsvar, 'submission');
    const answer = sendJson(server, code, { q3: '1' });
    await eventually(() => locks(hjemsvar, 'NOT granted'), ({ length }) => length > 0);
    server.child.kill('SIGTERM');
    await server.event('stopping');
    await release();
    assert.equal((await answer).status, 201);
    assert.equal((await letter).status, 503);
    assert.deepEqual(await server.exited, { code: 70, signal: null });
    const events = server.lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      events.filter(({ event }) => event.includes('work')).map(({ event, route }) => [event, route]),
      [
        ['work_stuck', '/rounds/{round}/municipalities/{municipality}/letters.pdf'],
        ['stopped_without_worker', '/rounds/{round}/municipalities/{municipality}/letters.pdf'],
      ],
    );
    assert.equal((await hjemsvar.sql('SELECT count(*) FROM submission'))[0][0], '1');
  });

  test('connections that the database cut are made anew', async (t) => {
    const { hjemsvar, staff } = await begin(t);
    await hjemsvar.sql(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    for (let i = 0; i < 2 * THREADS; i++) assert.equal((await staff.get('/account')).status, 200);
  });

  test('a HEAD has the headers of the page and no body', async (t) => {
    const { staff } = await begin(t);
    const page = await staff.get('/help');
    const head = await staff.get('/help', { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.headers['content-length'], page.headers['content-length']);
    assert.equal(head.text, '');
  });
});
