// BullMQ as fast as it goes: jobs removed when done.
import { Queue, Worker } from 'bullmq';
import { job, measure, pickUps, redis, serve, together } from './harness.mjs';

const connection = { ...redis, maxRetriesPerRequest: null };
const producer = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true, removeOnFail: true } });
await producer.waitUntilReady();
const add = () => producer.add('job', job);
const addMany = async (count) => {
  await producer.addBulk(Array.from({ length: count }, () => ({ name: 'job', data: job })));
  return count;
};

let worker;
const begun = { resolve: undefined };

const start = async (concurrency, handler) => {
  worker = new Worker('bench', handler, { connection, concurrency, autorun: false, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } });
  await worker.waitUntilReady();
};

serve({
  enqueue: ({ loops, milliseconds }) => measure(() => together(loops, milliseconds, async () => { await add(); return 1; })),
  bulk: ({ size, loops, milliseconds }) => measure(() => together(loops, milliseconds, () => addMany(size))),
  fill: async ({ count }) => { for (let left = count; left > 0; left -= 1000) await addMany(Math.min(1000, left)); },
  prepare: ({ concurrency }) => start(concurrency, async () => {}),
  process: ({ count }) => measure(async () => {
    let left = count;
    await new Promise((resolve) => {
      worker.on('completed', () => { if (--left === 0) resolve(); });
      worker.run();
    });
    return { count };
  }),
  listen: async () => { await start(1, async () => begun.resolve(process.hrtime.bigint())); worker.run(); },
  pickUps: ({ count }) => measure(() => pickUps(count, add, begun)),
  close: async () => { await worker.close(); },
});
