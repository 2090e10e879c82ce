// Reads a file of pieces, one JSON string a line; then, for each line on its input, redacts piece after piece for that many
// milliseconds and answers how many characters it went through in how many seconds.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import redact from 'redact-pii';

const redactor = new redact.SyncRedactor();
let pieces = [];
let next = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.file) {
    pieces = readFileSync(order.file, 'utf8').split('\n').filter(Boolean).map((piece) => JSON.parse(piece));
    next = 0;
  }

  let characters = 0;
  let redacted = 0;
  const started = process.hrtime.bigint();
  const end = started + BigInt(order.milliseconds) * 1_000_000n;
  let now = started;
  do {
    const piece = pieces[next++ % pieces.length];
    redacted += redactor.redact(piece).length;
    characters += piece.length;
    now = process.hrtime.bigint();
  } while (now < end);

  console.log(JSON.stringify({ characters, redacted, seconds: Number(now - started) / 1e9 }));
}
