// Bytes over a socket, as no HTTP library would send them.
//
//   const raw = await Raw.connect(server.respondents);
//   raw.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
//   await raw.replies(1);      // [{status, headers, text}]
//   await raw.ended;           // the server has closed
//
// Nothing here judges time: the patience is only there so that a test that waits in vain
// fails rather than hangs.
import net from 'node:net';

const PATIENCE_MS = 90_000;

export class Raw {
  // options: as of net.connect, e.g. localAddress. Rejects when the connection is refused.
  static connect(base, options = {}) {
    const { hostname, port } = new URL(base);
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: hostname, port: Number(port), ...options });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Raw(socket));
      });
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.pieces = [];
    this.wanted = new Set();
    this.open = true;
    socket.on('data', (piece) => {
      this.pieces.push(piece);
      this.look();
    });
    socket.on('error', (error) => {
      this.error = error.code; // a reset is an end, too
    });
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        this.open = false;
        this.look();
        resolve();
      });
    });
  }

  write(bytes) {
    if (this.socket.writable) this.socket.write(bytes, 'latin1');
  }

  // Writes one byte each `ms` until the server ends it, or `last` is written.
  drip(bytes, ms) {
    let at = 0;
    const timer = setInterval(() => {
      if (at < bytes.length) this.write(bytes[at++]);
      else clearInterval(timer);
    }, ms);
    this.ended.then(() => clearInterval(timer));
  }

  get received() {
    return Buffer.concat(this.pieces).toString('latin1');
  }

  look() {
    for (const wanted of this.wanted) {
      if (wanted.when()) wanted.resolve();
      else if (!this.open) wanted.reject(new Error(`closed after: ${this.received.slice(-2000)}`));
    }
  }

  // Resolves once when() is true; rejects when the connection ends first.
  until(when) {
    return new Promise((resolve, reject) => {
      const settle = (how) => (value) => {
        clearTimeout(timer);
        this.wanted.delete(wanted);
        how(value);
      };
      const timer = setTimeout(
        () => wanted.reject(new Error(`in vain; received: ${this.received.slice(-2000)}`)),
        PATIENCE_MS,
      );
      const wanted = { when, resolve: settle(resolve), reject: settle(reject) };
      this.wanted.add(wanted);
      this.look();
    });
  }

  // Waits for so many whole replies.
  async replies(count) {
    await this.until(() => parseReplies(this.received).length >= count);
    return parseReplies(this.received);
  }

  // Waits for the server to close; gives all replies until then.
  async end() {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('the connection stays open')), PATIENCE_MS);
    });
    try {
      await Promise.race([this.ended, late]);
    } finally {
      clearTimeout(timer);
      this.close();
    }
    return parseReplies(this.received);
  }

  close() {
    this.socket.destroy();
  }
}

// The whole replies in a piece of a connection; an unfinished one is left out. Without a
// Content-Length a reply has no body.
export function parseReplies(bytes) {
  const replies = [];
  for (let at = 0; ; ) {
    const head = bytes.indexOf('\r\n\r\n', at);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(bytes.slice(at, at + 12));
    if (head < 0 || status === null) return replies;
    const headers = {};
    for (const line of bytes.slice(at, head).split('\r\n').slice(1)) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const length = Number(headers['content-length'] ?? 0);
    const text = bytes.slice(head + 4, head + 4 + length);
    if (text.length < length) return replies;
    replies.push({ status: Number(status[1]), headers, text });
    at = head + 4 + length;
  }
}
