// What the page says to people: a banner while the service is away, a word on what was done, a question before what cannot be undone.
import { h } from './dom.js';
import { duration } from './format.js';

const SHOWN = 8000;
const banner = document.getElementById('banner');
const notices = document.getElementById('notices');

export function showBanner(refusal, seen, wait) {
  const text = `${refusal.title}. ${seen ? `What you see is from ${seen.toLocaleTimeString('en-GB')}. ` : ''}Looking again in ${duration(wait)}.`;
  banner.hidden = false;
  if (banner.textContent !== text) {
    banner.textContent = text;
  }
}

export function clearBanner() {
  banner.hidden = true;
  banner.textContent = '';
}

export function notify(text, isBad = false) {
  const notice = h('p', { class: isBad ? 'notice bad' : 'notice' }, text);
  notices.append(notice);
  while (notices.children.length > 4) {
    notices.firstChild.remove();
  }
  setTimeout(() => notice.remove(), SHOWN);
}

/** Does what a button is for: the button does nothing more meanwhile, but keeps the focus, and how it went is said. */
export async function act(button, work) {
  if (button.hasAttribute('aria-busy')) {
    return;
  }
  button.setAttribute('aria-busy', 'true');
  try {
    const said = await work();
    if (said) {
      notify(said);
    }
  } catch (error) {
    notify(error.message, true);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** What was asked of a view that was left is answered by nobody any more. */
export function closeQuestions() {
  for (const dialog of document.querySelectorAll('dialog.question')) {
    dialog.close();
  }
}

/**
 * Asks in a dialog.
 * @returns the fields of the form, or null where it was cancelled
 */
export function ask(title, content, action, isDangerous = false) {
  const form = h('form', { method: 'dialog' },
    h('h2', { id: 'question-title' }, title),
    content,
    h('div', { class: 'actions' },
      h('button', { type: 'submit', class: isDangerous ? 'danger' : 'main', value: 'yes' }, action),
      h('button', { type: 'button', class: 'plain', 'data-cancel': true, autofocus: isDangerous }, 'Cancel')));
  const dialog = h('dialog', { class: 'question', 'aria-labelledby': 'question-title' }, form);
  document.body.append(dialog);
  return new Promise(resolve => {
    form.addEventListener('submit', event => {
      event.preventDefault();
      resolve(Object.fromEntries(new FormData(form)));
      dialog.close();
    });
    form.querySelector('[data-cancel]').addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      resolve(null);
      dialog.remove();
    });
    dialog.showModal();
  });
}
