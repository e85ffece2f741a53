// A port of 127.0.0.1 that nobody had a moment ago, for a program that cannot say which it took.
import { once } from 'node:events';
import net from 'node:net';

export async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
