// node bench/ports.mjs COUNT: so many free ports of 127.0.0.1, on one line.
import { freePort } from '../tests/e2e/lib/port.mjs';

const ports = new Set();
while (ports.size < Number(process.argv[2])) ports.add(await freePort());
console.log([...ports].join(' '));
