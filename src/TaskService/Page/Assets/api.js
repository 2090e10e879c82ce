// Calls of the service's API with the access token of whoever is signed in.
import { accessToken, forgetToken, signIn } from './session.js';
import { setClock } from './format.js';

/** What the service answered instead of what was asked for: a problem (RFC 9457), or that it did not answer (status 0). */
export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super([problem?.title, problem?.detail].filter(Boolean).join('. ') || `The service answered ${status}.`);
    this.status = status;
    this.code = problem?.code ?? `http_${status}`;
    this.title = problem?.title ?? 'The service does not answer as it should';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the same may succeed later. */
  get isAbsence() {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export async function refusalOf(response) {
  const problem = response.headers.get('content-type')?.includes('json') ? await response.json().catch(() => null) : null;
  return new Refusal(response.status, problem, Number(response.headers.get('retry-after')) || 0);
}

/** A request that is cut short by nobody else's fault than the network's. */
export async function send(path, options) {
  try {
    return await fetch(path, { cache: 'no-store', referrerPolicy: 'no-referrer', ...options });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    throw new Refusal(0, { title: 'The service does not answer', code: 'unreachable' }, 0);
  }
}

/**
 * Calls the API. An access token that is no longer good is renewed once; where the service wants a sign-in that is fresh (RFC 9470), or nobody is signed in
 * any more, it is asked for, and then the call is repeated.
 */
export async function call(method, path, { body, key, signal } = {}) {
  for (let tries = 1; ; tries++) {
    const headers = { Authorization: `Bearer ${await accessToken()}`, Accept: 'application/json' };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    if (key) {
      headers['Idempotency-Key'] = key;
    }
    let response;
    try {
      response = await send(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
    } catch (error) {
      // With a key, what may have been carried out can be asked for again.
      if (key && error.status === 0 && tries === 1) {
        continue;
      }
      throw error;
    }
    setClock(response.headers.get('date'));
    if (response.ok) {
      return response.status === 204 ? null : await response.json();
    }
    const refusal = await refusalOf(response);
    if (response.status !== 401 || tries > 3) {
      throw refusal;
    }
    forgetToken();
    if (refusal.code === 'insufficient_user_authentication' || tries > 1) {
      await signIn(refusal.code === 'insufficient_user_authentication' ? 'For this you have to have signed in just now.' : 'Your session has ended.');
    }
  }
}

export const get = (path, signal) => call('GET', path, { signal });

export const post = (path, body, key) => call('POST', path, { body, key });

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Those that have a value, as a query. */
export function query(values) {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}
