// What both peers share: commands come in lines of JSON, each is answered by one line.
import { createInterface } from 'node:readline';

// 130 bytes, as every side's.
export const job = {
  to: 'user-12345@example.com', template: 'welcome', language: 'en', number: 12345, text: '0123456789abcdef0123456789abcdef012345678901',
};

export const redis = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT), password: process.env.REDIS_PASSWORD || undefined };

export async function measure(action) {
  const cpu = process.cpuUsage();
  const started = process.hrtime.bigint();
  const result = await action();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const used = process.cpuUsage(cpu);
  return { count: result.count, seconds, processor: used.user + used.system, latencies: result.latencies };
}

// So many loops do the same until the time is over; each call tells how many tasks it was.
export async function together(loops, milliseconds, operation) {
  const deadline = performance.now() + milliseconds;
  let count = 0;
  await Promise.all(Array.from({ length: loops }, async () => {
    while (performance.now() < deadline) {
      const tasks = await operation();
      count += tasks;
    }
  }));
  return { count };
}

// Enqueues one task at a time into an idle queue; `begun.resolve` is called by the handler.
export async function pickUps(count, enqueue, begun) {
  const latencies = [];
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 5));
    const picked = new Promise((resolve) => { begun.resolve = resolve; });
    const started = process.hrtime.bigint();
    const accepted = enqueue();
    latencies.push(Number(await picked - started) / 1000);
    await accepted;
  }
  return { count, latencies: latencies.sort((one, other) => one - other) };
}

export function serve(commands) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const command = JSON.parse(line);
    const answer = (await commands[command.what](command)) ?? {};
    process.stdout.write(JSON.stringify({ count: 0, seconds: 0, processor: 0, ...answer }) + '\n');
  });
  lines.on('close', () => process.exit(0));
}
