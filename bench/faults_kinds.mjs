// What is done to a server and its PostgreSQL. Each kind: name; ms, the shortest and the longest
// time it lasts; harsh, whether connections may end without a reply; act(setting, ms), which
// returns when the fault is over, or calls setting.load.over() itself when it is.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';

import { sql } from '../tests/e2e/lib/hjemsvar.mjs';
import { eventually, request } from '../tests/e2e/lib/server.mjs';
import { ok } from './faults_disk.mjs';
import { pause } from './faults_ledger.mjs';

const FEW = 20; // connections that PostgreSQL allows
const FIRST_TAKEN = 8; // descriptors below it are in use as long as the server lives
const NEWCOMERS = 8;
const HOUR_S = 3600;
const LETTERS = 500; // so many take longer than any of them is let live here

// By SIGTERM, and well.
export async function ended(server) {
  server.child.kill('SIGTERM');
  assert.deepEqual(await server.exited, { code: 0, signal: null }, server.failure('stopped badly').message);
}

async function stopped({ cluster }, mode, ms) {
  await cluster.stop(mode);
  await pause(ms);
  await cluster.start();
}

async function held({ wire }, ms, ...ways) {
  wire.hold(...ways);
  await pause(ms);
  wire.release();
}

async function full({ cluster }, disk, ms, write) {
  await disk.fill();
  await Promise.all([pause(ms), write?.()]);
  await disk.free();
  await cluster.start(); // if it went down over this
}

// PostgreSQL takes a new file of its log each time, until none can be made.
async function writeLog({ cluster }) {
  for (;;) {
    try {
      await sql('postgres', 'SELECT pg_logical_emit_message(true, $$faults$$, $$$$), pg_switch_wal()', cluster.url);
    } catch {
      return;
    }
  }
}

async function crowdIn(cluster) {
  const crowd = Array.from({ length: FEW }, () => spawn('psql', ['-XqAt', '-d', cluster.url]));
  await Promise.all(
    crowd.map(async (one) => {
      one.stdin.write('SELECT 1;\n');
      await once(one.stdout, 'data');
    }),
  );
  return () =>
    Promise.all(
      crowd.map((one) => {
        one.stdin.end();
        return once(one, 'close');
      }),
    );
}

async function fewConnections({ cluster, wire }, ms) {
  wire.cut();
  await cluster.stop('fast');
  await cluster.start('-c', `max_connections=${FEW}`);
  const leave = await crowdIn(cluster);
  await wire.mend();
  await pause(ms);
  await leave();
}

async function noDescriptors({ server, wire, load }, ms) {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(await readFile(`/proc/${server.pid}/limits`, 'utf8'));
  await ok('prlimit', '--pid', server.pid, `--nofile=${FIRST_TAKEN}:`);
  wire.cut();
  await wire.mend();
  load.come(NEWCOMERS);
  await pause(ms);
  await ok('prlimit', '--pid', server.pid, `--nofile=${soft}:`);
}

const clockOf = async ({ server, links }) =>
  Date.parse((await request(server.respondents, `/S/${links.open}`, { agent: false })).headers.date) / 1000;

async function clockOff(setting, seconds, ms) {
  await writeFile(setting.clock, `${seconds < 0 ? '' : '+'}${seconds}`);
  const off = (await clockOf(setting)) - Date.now() / 1000;
  assert.ok(Math.abs(off - seconds) < HOUR_S / 10, `the server's clock is off by ${off} s`);
  await pause(ms);
  await writeFile(setting.clock, '+0');
}

// The programs that set letters for the server.
async function presses({ pid }) {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')));
  return lists.join(' ').trim().split(/\s+/).filter(Boolean).map(Number);
}

// Whether it has begun to write a file that nobody else sees.
async function writes({ pid }) {
  const files = (await readdir(`/proc/${pid}/fd`)).map((fd) => `/proc/${pid}/fd/${fd}`);
  const sizes = files.map(async (file) => ((await readlink(file)).endsWith(' (deleted)') ? (await stat(file)).size : 0));
  return (await Promise.all(sizes.map((size) => size.catch(() => 0)))).some((size) => size > 0);
}

// In the middle of many letters. Whoever waits for them is told so in time; they have left no codes,
// so that their name is free for the next, which come.
async function pressStruck({ server, staff, links, load }, signal, ms) {
  const name = `${signal} ${performance.now()}`;
  const begun = performance.now();
  const asked = staff.post(links.letters, { letters: LETTERS, name });
  await eventually(() => writes(server), Boolean);
  const [press] = await presses(server);
  await pause(ms);
  process.kill(press, signal);
  const struck = await asked;
  load.slowestMs = Math.max(load.slowestMs, performance.now() - begun);
  assert.equal(struck.status, 409, struck.text);
  assert.match(struck.text, /Programmet, der sætter breve, svarede ikke/);
  load.over();
  const next = await staff.post(links.letters, { letters: 1, name });
  assert.equal(next.status, 200, next.text);
  assert.equal(next.bytes.subarray(0, 5).toString(), '%PDF-');
  assert.deepEqual(await presses(server), [], 'one is left behind');
}

// It meets the writer: staff who type a form in get 500 with all that they typed, for a fault is none
// that passes by itself. Once it is over nobody asks for anything but readiness, as behind a proxy that
// lets none through until then.
async function oddError({ hjemsvar, server, load }) {
  await hjemsvar.sql(`CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_user = 'hjemsvar_writer' THEN RAISE 'a block cannot be read' USING ERRCODE = '58030'; END IF;
    RETURN NEW; END $$`);
  await hjemsvar.sql('CREATE TRIGGER odd BEFORE INSERT ON submission FOR EACH ROW EXECUTE FUNCTION odd()');
  await load.turnedAway(1);
  await load.stop();
  await hjemsvar.sql('DROP FUNCTION odd CASCADE');
  load.over();
  await eventually(() => request(server.operations, '/readyz', { agent: false }), ({ status }) => status === 200);
  load.start();
}

export const KINDS = [
  {
    name: 'PostgreSQL killed (-9), started again',
    ms: [0, 4000],
    async act({ cluster }, ms) {
      await cluster.kill();
      await pause(ms);
      await cluster.start();
    },
  },
  {
    name: 'one process of PostgreSQL killed (-9)',
    ms: [0, 0],
    async act({ cluster, draw }) {
      const [, ...others] = await cluster.processes();
      process.kill(others[draw(others.length)], 'SIGKILL');
    },
  },
  { name: 'an odd error of PostgreSQL, and no load after it', ms: [0, 0], act: oddError },
  { name: 'PostgreSQL stopped (immediate), started', ms: [0, 4000], act: (setting, ms) => stopped(setting, 'immediate', ms) },
  { name: 'PostgreSQL restarted (fast)', ms: [0, 500], act: (setting, ms) => stopped(setting, 'fast', ms) },
  {
    name: 'PostgreSQL frozen (SIGSTOP)',
    ms: [11_000, 14_000],
    async act({ cluster }, ms) {
      await cluster.freeze();
      await pause(ms);
      await cluster.thaw();
    },
  },
  {
    name: 'the network to PostgreSQL cut: reset, then refused',
    ms: [2000, 8000],
    async act({ wire }, ms) {
      wire.cut();
      await pause(ms);
      await wire.mend();
    },
  },
  { name: 'the network silent, both ways', ms: [7000, 12_000], act: (setting, ms) => held(setting, ms, 'asked', 'told') },
  { name: "PostgreSQL's replies held back", ms: [7000, 12_000], act: (setting, ms) => held(setting, ms, 'told') },
  {
    name: 'the network slow: 250 ms each way',
    ms: [5000, 8000],
    async act({ wire }, ms) {
      wire.delayMs = 250;
      await pause(ms);
      wire.delayMs = 0;
    },
  },
  { name: 'PostgreSQL restarted with 20 connections, others hold them', ms: [4000, 8000], act: fewConnections },
  { name: 'the disk of the tables full', ms: [3000, 6000], act: (setting, ms) => full(setting, setting.tables, ms) },
  {
    name: "the disk of PostgreSQL's log full",
    ms: [2000, 5000],
    act: (setting, ms) => full(setting, setting.log, ms, () => writeLog(setting)),
  },
  { name: 'no file descriptor left', ms: [2000, 4000], act: noDescriptors },
  {
    name: 'the program that sets letters killed (-9) in the middle of 500',
    ms: [0, 200],
    act: (setting, ms) => pressStruck(setting, 'SIGKILL', ms),
  },
  {
    name: 'the program that sets letters frozen (SIGSTOP) in the middle of 500',
    ms: [0, 200],
    act: (setting, ms) => pressStruck(setting, 'SIGSTOP', ms),
  },
  {
    name: 'the server killed (-9), started again',
    ms: [0, 0],
    harsh: true,
    async act(setting) {
      await setting.server.kill('SIGKILL');
      setting.load.over();
      await setting.serve();
    },
  },
  {
    name: 'the server ended (SIGTERM) in the middle of a batch, started again',
    ms: [0, 0],
    harsh: true,
    async act(setting) {
      await ended(setting.server);
      setting.load.over();
      await setting.serve();
    },
  },
];

// The server's own clock, by libfaketime.
export const CLOCKS = [
  { name: "the server's clock an hour ahead, and back", ms: [3000, 3000], act: (setting, ms) => clockOff(setting, HOUR_S, ms) },
  { name: "the server's clock an hour behind, and back", ms: [3000, 3000], act: (setting, ms) => clockOff(setting, -HOUR_S, ms) },
];
