// Who is signed in. The access token lives here and nowhere else; what renews it is in a cookie that no script can read.
import { refusalOf, send } from './api.js';

const EARLY = 20_000;
const dialog = document.getElementById('sign-in');
const form = document.getElementById('sign-in-form');
const part = name => document.getElementById(`sign-in-${name}`);

let token = null;
let goodUntil = 0;
let renewing = null;
let asking = null;

export function accessToken() {
  return token !== null && Date.now() < goodUntil ? token : renew();
}

export function forgetToken() {
  token = null;
}

/** One renewal at a time. Two tabs may do so at once: UserService gives both the same answer. */
function renew() {
  return asking ?? (renewing ??= askForToken().finally(() => { renewing = null; }));
}

async function askForToken() {
  const response = await send('/tasks/session/refresh', { method: 'POST' });
  if (response.ok) {
    return keep(await response.json());
  }
  const refusal = await refusalOf(response);
  if (refusal.status !== 401 && refusal.status !== 403) {
    throw refusal;
  }
  return signIn(refusal.code === 'not_signed_in' ? '' : refusal.message);
}

function keep(answer) {
  token = answer.accessToken;
  goodUntil = Date.now() + answer.expiresIn * 1000 - EARLY;
  document.getElementById('sign-out').hidden = false;
  return token;
}

/** Asks for name and password; settles when somebody has signed in. */
export function signIn(why) {
  return asking ??= askPerson(why).finally(() => { asking = null; });
}

async function askPerson(why) {
  token = null;
  part('why').textContent = why || 'With the account of an administrator.';
  part('error').textContent = '';
  let ticket = showStep(null);
  dialog.showModal();
  while (token === null) {
    const again = await submitted();
    part('error').textContent = '';
    if (again) {
      ticket = showStep(null);
      continue;
    }
    try {
      const response = await send('/tasks/session', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(answerOf(ticket)),
      });
      if (response.ok) {
        keep(await response.json());
        break;
      }
      const refusal = await refusalOf(response);
      if (refusal.code === 'second_factor_required') {
        ticket = showStep(refusal.problem.ticket);
        continue;
      }
      ticket = refusal.code === 'invalid_ticket' ? showStep(null) : ticket;
      part('error').textContent = refusal.message + (refusal.retryAfter > 1 ? ` Wait ${refusal.retryAfter} s.` : '');
    } catch (error) {
      part('error').textContent = error.message;
    }
  }
  form.reset();
  dialog.close();
  return token;
}

/** Settles with whether to begin again. */
function submitted() {
  return new Promise(resolve => {
    const done = new AbortController();
    form.addEventListener('submit', event => {
      event.preventDefault();
      done.abort();
      resolve(false);
    }, { signal: done.signal });
    part('again').addEventListener('click', () => {
      done.abort();
      resolve(true);
    }, { signal: done.signal });
  });
}

function answerOf(ticket) {
  const code = form.elements.code.value.replaceAll(' ', '');
  return ticket
    ? { ticket, [/^\d{6}$/.test(code) ? 'code' : 'recoveryCode']: code }
    : { name: form.elements.name.value.trim(), password: form.elements.password.value };
}

function showStep(ticket) {
  const isCode = ticket !== null;
  part('password').hidden = isCode;
  part('code').hidden = part('again').hidden = !isCode;
  form.elements.name.required = form.elements.password.required = !isCode;
  form.elements.code.required = isCode;
  form.elements.code.value = '';
  form.elements.password.value = isCode ? '' : form.elements.password.value;
  (isCode ? form.elements.code : form.elements.name).focus();
  return ticket;
}

/** Ends the session, here at any rate. What could not be ended elsewhere is said. */
export async function signOut() {
  token = null;
  document.getElementById('sign-out').hidden = true;
  try {
    const response = await send('/tasks/session', { method: 'DELETE' });
    return response.ok ? 'You have signed out.' : (await refusalOf(response)).message;
  } catch (error) {
    return `${error.message} Your session may not have ended: sign out again when it does.`;
  }
}

// There is nothing to go back to without signing in.
dialog.addEventListener('cancel', event => event.preventDefault());
