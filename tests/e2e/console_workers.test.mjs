// The workers behind the console: a full queue, a database that is late, a stop.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import { eventually, request } from './lib/server.mjs';
import { Console, headingOf } from './lib/staff.mjs';

const THREADS = 4;
const QUEUE = 64;
const ANSWER_MAX_MS = 10_000;

let hjemsvar;

before(async () => {
  hjemsvar = await Hjemsvar.create();
  await hjemsvar.createRound();
});

after(() => hjemsvar?.drop());

// A server of its own for each test; it stops when the test has ended, well or badly.
async function begin(t) {
  const desk = await Console.start(hjemsvar);
  t.after(() => desk.server.ended ?? desk.stop());
  const email = `${process.hrtime.bigint()}@example.dk`;
  await desk.account({ email, role: 'admin' });
  return { desk, server: desk.server, staff: await desk.signIn(email) };
}

// Holds what every request of the console asks first for so many seconds; gives a promise of
// its end once it is held.
async function hold(seconds) {
  const ended = hjemsvar.sql(
    `BEGIN; LOCK TABLE staff_session IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${seconds}); COMMIT`,
  );
  await eventually(
    () =>
      hjemsvar.sql(`SELECT count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
        AND relation = 'staff_session'::regclass`),
    ([[count]]) => count === '1',
  );
  return { ended };
}

const figure = async (server, name) => {
  const { text } = await request(server.operations, '/metrics');
  return Number(new RegExp(`^hjemsvar_${name} (\\d+)$`, 'm').exec(text)[1]);
};

test('a full queue is 503 at once, and who waits is answered', async (t) => {
  const { server, staff } = await begin(t);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
  const lock = await hold(3);
  const more = 12;
  const replies = await Promise.all(
    Array.from({ length: THREADS + QUEUE + more }, () => staff.get('/account', { agent })),
  );
  await lock.ended;
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

test('a database that is late is 503 within ten seconds, for those who wait behind it too', async (t) => {
  const { server, staff } = await begin(t);
  const lock = await hold(11);
  const from = performance.now();
  const replies = await Promise.all(Array.from({ length: 3 * THREADS }, () => staff.get('/account')));
  const ms = performance.now() - from;
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [503]);
  assert.ok(ms < ANSWER_MAX_MS, `took ${Math.round(ms)} ms`);
  assert.equal((await request(server.respondents, '/privacy')).status, 200);
  await lock.ended;
  assert.equal((await staff.get('/account')).status, 200, 'on new connections');
});

test('a stop waits for the worker that is busy and answers what it did', async (t) => {
  const { desk, server, staff } = await begin(t);
  const lock = await hold(3);
  const waiting = staff.get('/account');
  await eventually(() => figure(server, 'worker_busy'), (busy) => busy === 1);
  const stopped = desk.stop(); // exit code 0
  const reply = await waiting;
  assert.equal(reply.status, 200);
  assert.equal(headingOf(reply), 'Din konto');
  await Promise.all([stopped, lock.ended]);
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
