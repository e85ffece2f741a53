// The workers behind the console: a full queue, a database that is late, a stop.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { hold } from './lib/hold.mjs';
import { Manager } from './lib/manager.mjs';
import { eventually, request, sendJson } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

const THREADS = 4;
const QUEUE = 64;

let hjemsvar;

let code;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  code = (await hjemsvar.createRound()).links[0].code;
});

after(() => hjemsvar?.drop());

// A server of its own for each test; it stops when the test has ended, well or badly.
async function begin(t, more) {
  const desk = await Console.start(hjemsvar, more);
  t.after(() => desk.server.ended ?? desk.stop());
  const email = `${process.hrtime.bigint()}@example.dk`;
  await desk.account({ email, role: 'admin' });
  return { desk, server: desk.server, staff: await desk.signIn(email) };
}

// Of all pools together.
const figure = async (server, name) => {
  const { text } = await request(server.operations, '/metrics');
  const lines = [...text.matchAll(new RegExp(`^hjemsvar_${name}(?:{[^}]*})? (\\d+)$`, 'gm'))];
  assert.ok(lines.length > 0, name);
  return lines.reduce((sum, [, number]) => sum + Number(number), 0);
};

test('a full queue is 503 at once, and who waits is answered', async (t) => {
  const { server, staff } = await begin(t);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
  const release = await hold(hjemsvar, 'staff_session');
  const more = 12;
  const ask = (length) => Array.from({ length }, () => staff.get('/account', { agent }));
  const first = ask(THREADS);
  await eventually(
    () => hjemsvar.sql('SELECT count(*) FROM pg_locks WHERE NOT granted'),
    ([[count]]) => count === String(THREADS),
  );
  const asked = [...first, ...ask(QUEUE + more)];
  await eventually(() => figure(server, 'worker_refused_total'), (refused) => refused === more);
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
  assert.equal(await figure(server, 'worker_refused_total'), more);
  assert.equal(await figure(server, 'worker_busy'), 0);
});

test('a database that is late is 503, for those who wait behind it too', async (t) => {
  const { server, staff } = await begin(t);
  const release = await hold(hjemsvar, 'staff_session');
  const replies = await Promise.all(Array.from({ length: 3 * THREADS }, () => staff.get('/account')));
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [503]);
  assert.equal((await request(server.respondents, '/privacy')).status, 200);
  await release();
  assert.equal((await staff.get('/account')).status, 200, 'on new connections');
});

test('a stop waits for the worker that is busy and answers what it did', async (t) => {
  const { desk, server, staff } = await begin(t);
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

const ready = (server) => request(server.operations, '/readyz');

// Who opens a pipe that nobody writes into does not come back; the first letter reads the
// configuration of the fonts. Ordinary work is given up before it can be called stuck.
async function pipe(t) {
  const folder = await mkdtemp(join(tmpdir(), 'hjemsvar-pipe-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'fonts');
  await promisify(execFile)('mkfifo', [path]);
  await hjemsvar.ok('municipality', 'set', '101', '--contact', 'Anne Holm', '--phone', '49 28 28 28');
  return path;
}

// Lets go of whoever waits at the pipe; who comes later finds a file.
async function feed(path) {
  const nothing = '<fontconfig/>';
  const pipe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  await writeFile(`${path}.new`, nothing);
  await rename(`${path}.new`, path);
  await pipe.writeFile(nothing);
  await pipe.close();
}

const SIGNS_MS = 1000; // in which a server that is well gives some signs of life
const LETTER = '/rounds/1/municipalities/101/letters.pdf';

test('work that is older than allowed makes the server not ready, and the log says so once', async (t) => {
  const fonts = await pipe(t);
  const manager = await Manager.create(t, { WATCHDOG_USEC: '200000' });
  const env = { HJEMSVAR_WORK_MAX_S: '10', FONTCONFIG_FILE: fonts, ...manager.env };
  const { desk, server, staff } = await begin(t, env);
  await manager.heard('READY=1');
  await manager.heard('WATCHDOG=1');
  const waiting = Promise.all([staff.get(LETTER), staff.get(LETTER)]);
  const late = await eventually(() => ready(server), ({ status }) => status === 503);
  assert.equal(late.text, 'a worker is stuck\n');
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
  const { server, staff } = await begin(t, { HJEMSVAR_WORK_MAX_S: '10', FONTCONFIG_FILE: fonts });
  const letter = staff.get(LETTER);
  await eventually(() => ready(server), ({ status }) => status === 503);
  // An answer that the writer still has when the signal comes.
  const release = await hold(hjemsvar, 'submission');
  const answer = sendJson(server, code, { q3: '1' });
  await eventually(
    () => hjemsvar.sql('SELECT count(*) FROM pg_locks WHERE NOT granted'),
    ([[count]]) => count !== '0',
  );
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
  const { staff } = await begin(t);
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
