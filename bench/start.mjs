// node bench/start.mjs PROGRAM TIMES DATABASE PSQL <PATHS: how long the server PROGRAM takes
// from its start to the first page, and to all pages at PATHS (a line each), what it then holds in
// memory, and how long a change of what all pages say takes to be seen, on one page and on all.
// JSON on stdout.
//
// A page is asked for again and again, all of them by four who each ask for one after the other, over
// connections that are kept alive; a change is timed from before its SQL statement is sent, so its
// commit is in it.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import zlib from 'node:zlib';

import { freePort } from '../tests/e2e/lib/port.mjs';

const [program, times, database, psql] = process.argv.slice(2);
const PATIENCE_MS = 60_000;
const AT_ONCE = 4;
const SETTLE_MS = 1000;

const now = () => performance.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const paths = (await text(process.stdin)).trim().split('\n');

class Served {
  static async create() {
    const served = new Served();
    served.port = await freePort();
    served.agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
    served.begun = now();
    served.child = spawn(program, ['--listen', `127.0.0.1:${served.port}`], { stdio: ['ignore', 'ignore', 'inherit'] });
    served.ended = once(served.child, 'exit');
    served.longestMs = 0;
    return served;
  }

  // The page's text; '' when there is none.
  get(path) {
    const begun = now();
    return new Promise((resolve) => {
      const headers = { 'Accept-Encoding': 'gzip' };
      const call = http.get({ host: '127.0.0.1', port: this.port, path, headers, agent: this.agent }, (reply) => {
        const pieces = [];
        reply.on('data', (piece) => pieces.push(piece));
        reply.on('error', () => resolve(''));
        reply.on('end', () => {
          this.longestMs = Math.max(this.longestMs, now() - begun);
          resolve(reply.statusCode === 200 ? zlib.gunzipSync(Buffer.concat(pieces)).toString() : '');
        });
      });
      call.on('error', () => resolve(''));
    });
  }

  // Milliseconds since `from` until each page has the words.
  async until(words, from, list) {
    const left = [...list];
    const ask = async () => {
      for (let path; (path = left.shift()) !== undefined; ) await this.seen(words, from, path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    return now() - from;
  }

  async seen(words, from, path) {
    while (!(await this.get(path)).includes(words)) {
      if (this.child.exitCode !== null) throw new Error(`the server has ended with ${this.child.exitCode}`);
      if (now() - from > PATIENCE_MS) throw new Error(`${path} never said ${words}`);
      await pause(0);
    }
  }

  async memoryKib() {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]);
  }

  async stop() {
    this.agent.destroy();
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

// A psql that stays, so that a change costs no start of a program.
class Database {
  constructor() {
    this.child = spawn(psql, ['-XAtq', '-v', 'ON_ERROR_STOP=1', database], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  async run(sql) {
    const done = once(this.child.stdout, 'data');
    this.child.stdin.write(`${sql};\n\\echo done\n`);
    await done;
  }

  stop() {
    this.child.stdin.end();
  }
}

async function start() {
  const served = await Served.create();
  const first = await served.until('</html>', served.begun, paths.slice(0, 1));
  const all = await served.until('</html>', served.begun, paths);
  await pause(SETTLE_MS);
  return { served, first_ms: first, all_ms: all, idle_kib: await served.memoryKib() };
}

async function change(served, sql, turn) {
  const words = `Ændret ${turn}: ring til os`;
  served.longestMs = 0;
  const begun = now();
  await sql.run(
    `UPDATE setting SET value = '${words}' WHERE key = 'help_contact' AND round IS NULL AND municipality IS NULL`,
  );
  const first = await served.until(words, begun, paths.slice(0, 1));
  const all = await served.until(words, begun, paths);
  await pause(SETTLE_MS);
  return { first_ms: first, all_ms: all, longest_get_ms: served.longestMs };
}

const starts = [];
const changes = [];
for (let turn = 1; turn <= Number(times); turn++) {
  const { served, ...row } = await start();
  starts.push(row);
  if (turn === Number(times)) {
    const sql = new Database();
    for (let i = 1; i <= Number(times); i++) changes.push(await change(served, sql, i));
    sql.stop();
    row.changed_kib = await served.memoryKib();
  }
  await served.stop();
}
console.log(JSON.stringify({ pages: paths.length, starts, changes }));
