// The log is JSON lines and says nothing of a parent, whatever clients do.
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';

import { Hjemsvar } from './lib/hjemsvar.mjs';
import {
  Parent,
  drawNumber,
  encodeForm,
  eventually,
  postForm,
  request,
  sendJson,
  startServer,
  withdraw,
} from './lib/server.mjs';

// Sends raw bytes and gives what comes back until the server closes.
function raw(server, bytes) {
  const { hostname, port } = new URL(server.respondents);
  return new Promise((resolve) => {
    let back = '';
    const socket = net.connect(Number(port), hostname, () => socket.end(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (piece) => (back += piece));
    socket.on('error', () => {}); // a reset is an end too
    socket.on('close', () => resolve(back));
  });
}

test('holds no code, receipt, number, comment or address after a day of everything', async () => {
  const hjemsvar = await Hjemsvar.create();
  const { round, links } = await hjemsvar.createRound();
  const [{ code }, { code: other }] = links;
  const server = await startServer(hjemsvar, { HJEMSVAR_TRUSTED_PROXIES: '127.0.0.0/8' });
  const answer = {
    submission: drawNumber(),
    q1: 3,
    q1_text: 'storesøster til barnet',
    q3: 2,
    q10: 'En helt særlig bemærkning',
  };
  const headers = { 'X-Forwarded-For': '192.0.2.77', 'User-Agent': 'Særling/1.0' };
  server.keep(other, headers['X-Forwarded-For'], headers['User-Agent']);

  const sent = await sendJson(server, code, answer, { headers });
  assert.equal(sent.status, 201);
  await sendJson(server, code, answer, { headers });
  await sendJson(server, code, { ...answer, q3: 1 }, { headers });
  await sendJson(server, code, { ...answer, q3: 1, action: 'replace' }, { headers });
  await sendJson(server, code, { ...answer, q3: 9 });
  await withdraw(server, code, sent.json().receipt);
  await withdraw(server, code, '0000-0000-0000-0000');
  const parent = await new Parent(server, other, { headers }).open();
  await parent.walk({ q3: 1, q10: 'En bemærkning på siderne' });
  await parent.press('send');
  assert.equal(parent.status, 201);
  await request(server.respondents, `/S/${code}/qr.svg`);
  await request(server.respondents, `/?code=${code}`);
  await request(server.respondents, `/S/${code}x`);
  await request(server.respondents, `/S/${code}/nowhere?receipt=${sent.json().receipt}`);
  await postForm(server, `/S/${code}`, [['q10', answer.q10], ['q10', answer.q10]]);
  await request(server.respondents, `/S/${code}`, { method: 'PUT', body: encodeForm(answer) });

  for (const bytes of [
    `GET /S/${code} HTTP/9.9\r\n\r\n`,
    `GET /S/${code}\r\n\r\n`,
    `GET /S/${code}/%00 HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /S/${code} HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20000)}\r\n\r\n`,
    `GET /S/${code}${'z'.repeat(20000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `POST /S/${code} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nq10=${answer.q10}`,
    `POST /S/${code} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n`,
    `\x16\x03\x01 ${code}\r\n\r\n`,
  ])
    await raw(server, bytes);

  const letters = await hjemsvar.createRound('--codes', 'single', '--municipality', '217');
  const place = ['--round', letters.round, '--municipality', '217', '--letters', '2'];
  const printed = await hjemsvar.cli(['codes', 'make', ...place]);
  const [single, unused] = printed.stdout.trim().split('\n').map((link) => link.split('/').at(-1));
  server.keep(single, unused);
  assert.doesNotMatch(printed.stderr, new RegExp(`${single}|${unused}`));
  await eventually(
    () => request(server.respondents, `/S/${single}`),
    ({ status }) => status === 200,
  );
  for (let i = 0; i < 3; i++) await sendJson(server, single, { q3: 1, q10: 'Et brev, et svar' });
  await request(server.respondents, `/S/${single.toLowerCase()}/qr.svg`);
  await request(server.respondents, `/S/${single.slice(0, 10)}0`);
  await raw(server, `GET /S/${unused}/%00 HTTP/1.1\r\nHost: x\r\n\r\n`);
  await hjemsvar.sql('ALTER TABLE code RENAME TO hidden'); // what a failing look-up would say
  await request(server.respondents, `/S/${unused}`);
  await sendJson(server, unused, { q3: 1 });
  await hjemsvar.sql('ALTER TABLE hidden RENAME TO code');

  await hjemsvar.ok('round', 'close', round);
  await server.stop(); // looks through the log
  assert.ok(server.private.size > 8, 'there was something to look for');
  const events = server.lines.map((line) => JSON.parse(line).event);
  assert.ok(events.includes('listening') && events.includes('stopped'), `${events}`);
  for (const line of server.lines) {
    const { time, level } = JSON.parse(line);
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(level, /^(info|warning|error)$/);
  }
  await hjemsvar.drop();
});
