// A port that nobody had a moment ago, for a program that cannot say which it took. One of an
// address where nobody else listens is not taken by another test before the program comes.
import { once } from 'node:events';
import net from 'node:net';

export async function freePort(address = '127.0.0.1') {
  const probe = net.createServer().listen(0, address);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
