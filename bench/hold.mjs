// node bench/hold.mjs SERVER METRICS PATH PROCESS COUNT…: opens so many connections, each of which
// fetches the page once and says nothing more, and tells the resident memory of the server process
// then; lets them go before it opens the next. JSON on stdout. A thousand connections come from one
// address of 127.0.0.0/8, since the server counts them by address.
import { readFile } from 'node:fs/promises';
import net from 'node:net';

const [server, metrics, path, process_, ...counts] = process.argv.slice(2);
const BY_ADDRESS = 1000;
const AT_ONCE = 200; // that connect; fewer than a listener's backlog
const PATIENCE_MS = 20_000;

const target = (address) => {
  const [host, port] = address.split(':');
  return { host, port: Number(port) };
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Resolves with the socket once the whole reply is there.
function fetchPage(localAddress) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ ...target(server), localAddress });
    let head = '';
    let left = Infinity;
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no reply in time')));
    socket.on('error', reject);
    socket.on('data', (piece) => {
      if (left === Infinity) {
        head += piece.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith('HTTP/1.1 200')) return reject(new Error(head.slice(0, 40)));
        left = Number(/content-length: (\d+)/i.exec(head)[1]) - (head.length - end - 4);
      } else {
        left -= piece.length;
      }
      if (left > 0) return;
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n`);
  });
}

async function open(count) {
  const sockets = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const i = next++;
      sockets.push(await fetchPage(`127.0.1.${1 + Math.floor(i / BY_ADDRESS)}`));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker));
  return sockets;
}

async function connected() {
  const text = await (await fetch(`http://${metrics}/metrics`)).text();
  return Number(/^hjemsvar_connections\{listener="respondents"\} (\d+)$/m.exec(text)[1]);
}

async function until(count) {
  const deadline = Date.now() + PATIENCE_MS;
  while ((await connected()) !== count) {
    if (Date.now() > deadline) throw new Error(`${await connected()} connections instead of ${count}`);
    await pause(20);
  }
}

const rows = [];
for (const count of counts.map(Number)) {
  await until(0);
  const begun = performance.now();
  const sockets = await open(count);
  await until(count);
  const status = await readFile(`/proc/${process_}/status`, 'utf8');
  rows.push({
    connections: count,
    rss_kib: Number(/VmRSS:\s+(\d+)/.exec(status)[1]),
    opened_ms: Math.round(performance.now() - begun),
  });
  for (const socket of sockets) socket.destroy();
}
console.log(JSON.stringify(rows));
