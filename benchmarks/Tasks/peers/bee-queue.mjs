// bee-queue as fast as it goes: no events, no record of jobs in the process, jobs removed when done.
import Queue from 'bee-queue';
import { job, measure, pickUps, redis, serve, together } from './harness.mjs';

const settings = { redis, getEvents: false, sendEvents: false, storeJobs: false, removeOnSuccess: true, removeOnFailure: true };
const producer = new Queue('bench', { ...settings, isWorker: false });
await producer.ready();
const add = () => producer.createJob(job).save();
const addMany = async (count) => {
  const errors = await producer.saveAll(Array.from({ length: count }, () => producer.createJob(job)));
  if (errors.size > 0) throw errors.values().next().value;
  return count;
};

let worker;
const begun = { resolve: undefined };

const connect = async () => {
  worker = new Queue('bench', settings);
  await worker.ready();
};

serve({
  enqueue: ({ loops, milliseconds }) => measure(() => together(loops, milliseconds, async () => { await add(); return 1; })),
  bulk: ({ size, loops, milliseconds }) => measure(() => together(loops, milliseconds, () => addMany(size))),
  fill: async ({ count }) => { for (let left = count; left > 0; left -= 1000) await addMany(Math.min(1000, left)); },
  prepare: () => connect(),
  process: ({ count, concurrency }) => measure(async () => {
    let left = count;
    await new Promise((resolve) => {
      worker.on('succeeded', () => { if (--left === 0) resolve(); });
      worker.process(concurrency, async () => {});
    });
    return { count };
  }),
  listen: async () => { await connect(); worker.process(1, async () => begun.resolve(process.hrtime.bigint())); },
  pickUps: ({ count }) => measure(() => pickUps(count, add, begun)),
  close: async () => { await worker.close(); },
});
