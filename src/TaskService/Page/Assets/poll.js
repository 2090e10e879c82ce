// Looks again and again while somebody is looking, and less often while the service is away.
import { clearBanner, showBanner } from './notices.js';

export const LIVE = 2000;
const LONGEST = 30_000;

/**
 * Loads and shows until the signal says that the view was left. One request at a time.
 * @param load gets the signal, settles with the data
 * @param show gets the data, answers after how many milliseconds to look again; LIVE where it says nothing
 * @param fail gets what the service refused for good
 * @returns now(): looks at once
 */
export function poll(load, show, fail, signal) {
  let wake = null;
  let isDue = false;
  let seen = null;
  const now = () => {
    isDue = true;
    wake?.();
  };
  document.addEventListener('visibilitychange', now, { signal });
  signal.addEventListener('abort', () => wake?.());
  run();
  return now;

  async function run() {
    let failures = 0;
    while (!signal.aborted) {
      isDue = false;
      let wait = LIVE;
      try {
        const data = await load(signal);
        if (signal.aborted) {
          return;
        }
        failures = 0;
        seen = new Date();
        clearBanner();
        wait = show(data) ?? LIVE;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (error.isAbsence) {
          wait = Math.max((error.retryAfter ?? 0) * 1000, Math.min(LONGEST, 1000 * 2 ** failures++));
          showBanner(error, seen, wait);
        } else {
          fail(error);
          wait = LONGEST;
        }
      }
      await pause(wait);
    }
  }

  async function pause(milliseconds) {
    await (isDue && !document.hidden ? null : new Promise(resolve => {
      const timer = setTimeout(() => (document.hidden ? null : resolve()), milliseconds);
      wake = () => {
        if (signal.aborted || !document.hidden) {
          clearTimeout(timer);
          resolve();
        }
      };
    }));
    wake = null;
  }
}
