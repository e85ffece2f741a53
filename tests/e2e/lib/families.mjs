// Made-up families for the tests of repeats, the same on every run.
import { answer } from './transfer.mjs';

// Park & Miller's generator.
export function random(seed) {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

const two = (number) => String(number).padStart(2, '0');

/** Families that have nothing to do with each other, each by a network of its own. */
export function strangers(count, seed = 1) {
  const draw = random(seed);
  return Array.from({ length: count }, (_, i) => {
    const children = 1 + draw(3);
    const row = answer({
      q1: 1 + draw(2),
      q2: 1 + draw(2),
      q3: children,
      q7: 1 + draw(4),
      q9: 6 + draw(5),
      external_id: `family ${i}`,
      submitted_at: `2026-11-${two(2 + draw(18))}T${two(8 + draw(12))}:${two(draw(60))}`,
      seconds: 150 + draw(200),
      network: `network ${i}`,
      device: `device ${draw(12)}`,
    });
    for (let child = 1; child <= children; child++) {
      row[`q4_${child}`] = 1 + draw(2);
      row[`q5_${child}`] = 1 + draw(4);
      row[`q6_${child}`] = 1 + draw(4);
      row[`q8_${child}`] = row[`q4_${child}`] === 1 ? 1 + draw(4) : '';
    }
    return row;
  });
}

/** What one mother of three sends three times within a few minutes. */
export function repeated(more = {}) {
  return [0, 1, 2].map((i) =>
    answer({
      q1: 2,
      q2: 2,
      q3: 3,
      q4_1: 1,
      q4_2: 2,
      q4_3: 1,
      q5_1: 2,
      q5_2: 4,
      q5_3: 2,
      q6_1: 3,
      q6_2: 2,
      q6_3: 4,
      q7: 5,
      q8_1: 4,
      q8_2: '',
      q8_3: 2,
      q9: 7,
      q10: 'Vi savnede hjælp om aftenen.',
      external_id: `again ${i}`,
      submitted_at: `2026-11-12T20:1${i}`,
      seconds: 200 + i,
      network: 'a home',
      device: 'a phone',
      ...more,
    }),
  );
}
