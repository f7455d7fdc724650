/*
 * Performs the step of a link: sends the requests that the page shows for the chosen API, one after the other, and shows
 * their responses.
 */

const form = document.querySelector('form');
const button = form.querySelector('button');
const outcome = form.querySelector('.outcome');
const copy = document.querySelector('#copy');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void perform();
});

copy.addEventListener('click', () => void copyToken());

async function perform() {
  const { api = 'emporix', ...values } = Object.fromEntries(new FormData(form));
  const exchanges = [...document.querySelectorAll(`[data-api=${api}] .exchange`)];
  for (const exchange of exchanges) exchange.querySelector('.response').hidden = true;
  button.disabled = true;
  report('', 'Please wait…');
  try {
    for (const exchange of exchanges) {
      const { failed, body } = await send(exchange, values);
      if (failed) return report('failed', failed);
      Object.assign(values, body);
    }
    report('succeeded', form.dataset.success);
  } catch {
    report('failed', 'The service did not respond.');
  } finally {
    button.disabled = false;
  }
}

/** Sends the request of an exchange with the values of its placeholders, and shows it with the response. */
async function send(exchange, values) {
  const request = exchange.querySelector('.request');
  request.dataset.template ??= request.textContent;
  // A value stands in a header or within quotes in JSON.
  request.textContent = request.dataset.template.replace(/\{(password|access_token)\}/g, (_, name) =>
    JSON.stringify(values[name]).slice(1, -1),
  );
  const [head, body] = request.textContent.split('\n\n');
  const [line, ...headers] = head.split('\n');
  const [method, path] = line.split(' ');
  const response = await fetch(path, { method, body, headers: headers.map((header) => header.split(': ')) });
  const text = await response.text();
  const status = `${response.status} ${response.statusText}`;
  const shown = exchange.querySelector('.response');
  shown.textContent = [status, ...(text ? [pretty(text)] : [])].join('\n\n');
  shown.classList.toggle('failed', !response.ok);
  shown.hidden = false;
  const answer = parsed(text);
  const reason = answer?.message ?? answer?.errors?.[0]?.detail ?? '';
  return response.ok ? { body: answer } : { failed: `${status}: ${reason}` };
}

function report(state, message) {
  outcome.dataset.state = state;
  outcome.textContent = message;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pretty(text) {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

/** Browsers have a clipboard only for HTTPS and for this machine. Otherwise, the token is selected. */
async function copyToken() {
  const token = document.querySelector('#token');
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(token.textContent);
    copy.textContent = 'Copied';
  } else {
    getSelection().selectAllChildren(token);
    copy.textContent = 'Selected';
  }
}
