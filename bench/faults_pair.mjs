// Two servers on one database behind HAProxy, as deploy/haproxy/haproxy.cfg has it, but for TLS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkout } from '../tests/e2e/lib/hjemsvar.mjs';
import { freePort } from '../tests/e2e/lib/port.mjs';
import { eventually, request, startServer } from '../tests/e2e/lib/server.mjs';
import { proxied } from '../tests/e2e/lib/staff.mjs';
import { ended } from './faults_kinds.mjs';

function replaced(text, pairs) {
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`deploy/haproxy/haproxy.cfg does not say ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

async function configure(folder, port, places) {
  const example = await readFile(join(checkout, 'deploy/haproxy/haproxy.cfg'), 'utf8');
  const lines = places.map(
    ({ parents, operations }, i) => `server pair${i} 127.0.0.1:${parents} check port ${operations}`,
  );
  const text = replaced(example, [
    ['bind :443 ssl crt /etc/haproxy/certs/ alpn h2,http/1.1 strict-sni', `bind 127.0.0.1:${port}`],
    ['bind :80\n', `bind 127.0.0.1:${await freePort()}\n`],
    ['svar.example.dk', '127.0.0.1'],
    ['log /dev/log local0', 'log stdout format raw local0'],
    ['    user haproxy\n    group haproxy\n    chroot /var/lib/haproxy\n', ''],
    ['default-server check port 8082', 'default-server check'],
    ['    server first 127.0.0.1:8080\n', lines.map((line) => `    ${line}\n`).join('')],
    ['server first 127.0.0.1:8081', `server first 127.0.0.1:${places[0].console} check port ${places[0].operations}`],
  ]);
  const path = join(folder, 'haproxy.cfg');
  await writeFile(path, text);
  return path;
}

export class Pair {
  static async create(hjemsvar, database) {
    const pair = new Pair();
    pair.hjemsvar = hjemsvar;
    pair.database = database;
    pair.places = [];
    for (let i = 0; i < 2; i++)
      pair.places.push({ parents: await freePort(), console: await freePort(), operations: await freePort() });
    pair.servers = [await pair.serve(0), await pair.serve(1)];
    const port = await freePort();
    pair.respondents = pair.console = `http://127.0.0.1:${port}`;
    pair.consoleHeaders = { Host: 'konsol.example.dk' };
    const path = await configure(hjemsvar.folder, port, pair.places);
    pair.haproxy = spawn('haproxy', ['-f', path], { stdio: ['ignore', 'ignore', 'inherit'] });
    await eventually(
      () => request(pair.respondents, '/privacy', { agent: false }).catch(({ code }) => ({ status: code })),
      ({ status }) => status === 200,
    );
    return pair;
  }

  // Always at the same address.
  async serve(i) {
    const { parents, console, operations } = this.places[i];
    return startServer(this.hjemsvar.env, {
      ...proxied,
      HJEMSVAR_DATABASE_URL: this.database,
      HJEMSVAR_LISTEN: `127.0.0.1:${parents}`,
      HJEMSVAR_CONSOLE_LISTEN: `127.0.0.1:${console}`,
      HJEMSVAR_OPS_LISTEN: `127.0.0.1:${operations}`,
    });
  }

  async restart(i) {
    this.servers[i] = await this.serve(i);
  }

  async stop() {
    this.haproxy.kill('SIGKILL');
    await once(this.haproxy, 'close');
    for (const server of this.servers) await ended(server);
  }
}
