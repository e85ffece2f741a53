// A service manager's end of sd_notify(3): hears what the server says of itself.
//
//   const manager = await Manager.create(t, { WATCHDOG_USEC: '200000' });
//   const server = await startServer(hjemsvar, manager.env);
//   await manager.heard('READY=1');
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from './server.mjs';

// Node has no datagrams over a Unix socket.
const LISTEN = `use IO::Socket::UNIX; use Socket; $| = 1;
  my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die; print "here\\n";
  while (defined $s->recv(my $said, 4096)) { print "$said\\n" }`;

export class Manager {
  static async create(t, env = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'hv-'));
    const manager = new Manager();
    const socket = join(folder, 'notify');
    manager.env = { NOTIFY_SOCKET: socket, ...env };
    manager.said = [];
    const child = spawn('perl', ['-e', LISTEN, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(async () => {
      child.kill();
      await rm(folder, { recursive: true });
    });
    child.stdout.setEncoding('utf8');
    await once(child.stdout, 'data');
    child.stdout.on('data', (piece) => manager.said.push(...piece.split('\n').filter(Boolean)));
    return manager;
  }

  // Waits until a line was said, or said again since forget().
  heard(line) {
    return eventually(async () => this.said, (said) => said.includes(line));
  }

  forget() {
    this.said = [];
  }
}
