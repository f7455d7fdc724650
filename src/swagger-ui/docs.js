/*
 * Shows the document of an API in Swagger UI. The bar gets the token of a caller and authorises the next requests with
 * it. The page stores nothing.
 */

const { document: url } = document.body.dataset;
const bar = document.querySelector('#callers');
const outcome = bar.querySelector('.outcome');

/** In milliseconds. */
const TIME_LIMIT = 30_000;

const dark = matchMedia('(prefers-color-scheme: dark)');
const applyColorScheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
applyColorScheme();
dark.addEventListener('change', applyColorScheme);

/** Finds operations by tag, method, path, summary or id. Swagger UI's own filter only compares the names of tags. */
const OperationFilter = () => ({
  fn: {
    opsFilter: (groups, phrase) => {
      const text = phrase.toLowerCase();
      const matches = (operation, tag) =>
        [
          tag,
          operation.get('path'),
          operation.getIn(['operation', 'summary']),
          operation.getIn(['operation', 'operationId']),
        ]
          .concat(`${operation.get('method')} ${operation.get('path')}`)
          .some((value) => value?.toLowerCase().includes(text));
      return groups
        .map((group, tag) => group.update('operations', (all) => all.filter((operation) => matches(operation, tag))))
        .filter((group) => group.get('operations').size > 0);
    },
  },
});

const loaded = Promise.withResolvers();
const ui = SwaggerUIBundle({
  url,
  onComplete: () => {
    // Swagger UI's own text is "Filter by tag", which would be wrong here.
    document.querySelector('.operation-filter-input').placeholder = 'Find operations';
    loaded.resolve();
  },
  dom_id: '#swagger-ui',
  deepLinking: true,
  // Above 150 rows, Swagger UI renders only the visible ones, and cannot scroll to the others.
  docExpansion: 'none',
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false,
  validatorUrl: null,
  plugins: [OperationFilter],
});
// Exposed for the browser console, as on Swagger UI's own page.
window.ui = ui;

/** Functions that get the tokens of a caller, by the security schemes of the document. */
const logins = {
  emporix: {
    visitor: async ({ client_id }) => ({ AnonymousAccessToken: await visitorToken(client_id) }),
    customer: async ({ client_id, email, password }) => {
      const visitor = await visitorToken(client_id);
      const path = `/customer/${tenantOf(client_id)}/login`;
      const { access_token } = await post(path, { email, password }, { Authorization: `Bearer ${visitor}` });
      return { AnonymousAccessToken: visitor, CustomerAccessToken: access_token };
    },
    employee: async ({ client_id, email, password }) => ({
      OAuth2: await oauthToken({ grant_type: 'password', client_id, username: email, password }),
    }),
    service: async (client) => ({ OAuth2: await oauthToken({ grant_type: 'client_credentials', ...client }) }),
  },
  glue: {
    visitor: () => ({}),
    customer: async (login) => ({ CustomerAccessToken: await glueToken('access-tokens', login) }),
    employee: async (login) => ({ OAuth2: await glueToken('agent-access-tokens', login) }),
    service: async (client) => ({ OAuth2: await oauthToken({ grant_type: 'client_credentials', ...client }) }),
  },
}[bar.dataset.api];

bar.addEventListener('submit', (event) => {
  event.preventDefault();
  void authorizeAs(event.target);
});

/** Authorises the next requests as the caller of a form, and opens the operation to try first. */
async function authorizeAs(form) {
  const { kind, firstOperation } = form.dataset;
  const caller = form.closest('.caller');
  const values = Object.fromEntries(new FormData(form));
  const buttons = bar.querySelectorAll('button');
  for (const button of buttons) button.disabled = true;
  report('', 'Please wait…');
  try {
    const tokens = await inTime(logins[kind](values), 'The service did not respond.');
    await inTime(loaded.promise, 'The document is not loaded. Reload the page.');
    authorize(tokens);
    if (values.client_id) selectTenant(tenantOf(values.client_id));
    bar.querySelector('[aria-current]')?.removeAttribute('aria-current');
    caller.querySelector('summary, button').setAttribute('aria-current', 'true');
    caller.removeAttribute('open');
    form.reset();
    report('succeeded', `Requests are sent as ${[kind, values.email ?? values.client_id].filter(Boolean).join(' ')}.`);
    if (firstOperation) openOperation(firstOperation);
  } catch (error) {
    report('failed', error instanceof TypeError ? 'The service did not respond.' : error.message);
  } finally {
    for (const button of buttons) button.disabled = false;
    restoreFocus(caller);
  }
}

/** Restores the keyboard focus that a disabled button or a closed form has lost. */
function restoreFocus(caller) {
  const isOpen = caller.hasAttribute('open');
  const { activeElement, body } = document;
  if (activeElement !== body && (isOpen || !caller.contains(activeElement))) return;
  caller.querySelector(isOpen ? 'button' : 'summary, button').focus({ preventScroll: true });
}

/** @throws Error with the message if the promise is not settled in time */
function inTime(promise, message) {
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(message)), TIME_LIMIT);
  });
  return Promise.race([promise, late]);
}

function authorize(tokens) {
  const previous = [...(ui.authSelectors.authorized()?.keys() ?? [])];
  if (previous.length > 0) ui.authActions.logout(previous);
  for (const [name, token] of Object.entries(tokens)) {
    const schema = ui.specSelectors.securityDefinitions().get(name).toJS();
    if (schema.type === 'http') ui.preauthorizeApiKey(name, token);
    else
      ui.authActions.authorizeOauth2({ auth: { name, schema }, token: { access_token: token, token_type: 'Bearer' } });
  }
}

/** Makes the tenant the example of all parameters `tenant`, which Swagger UI fills in. */
function selectTenant(tenant) {
  const document = ui.specSelectors.specJson().toJS();
  const parameters = Object.values(document.paths).flatMap((path) => path.parameters ?? []);
  const examples = parameters.filter(({ name, schema }) => name === 'tenant' && schema.example !== tenant);
  for (const { schema } of examples) schema.example = tenant;
  if (examples.length > 0) ui.specActions.updateSpec(JSON.stringify(document));
}

/** Opens an operation and scrolls to it, unless the reader has already opened one. Its link is then in the URL. */
function openOperation(link) {
  if (!location.hash) ui.layoutActions.parseDeepLinkHash(`#/${link}`);
}

/** A client id starts with the name of its tenant. */
function tenantOf(clientId) {
  return encodeURIComponent(clientId.split('-', 1)[0]);
}

async function visitorToken(clientId) {
  const query = new URLSearchParams({ tenant: tenantOf(clientId), client_id: clientId });
  return (await send(`/customerlogin/auth/anonymous/login?${query}`)).access_token;
}

async function oauthToken(form) {
  return (await send('/oauth/token', { method: 'POST', body: new URLSearchParams(form) })).access_token;
}

async function glueToken(type, { store, email, password }) {
  const data = { type, attributes: { username: email, password } };
  return (await post(`/${type}`, { data }, store ? { Store: store } : {})).data.attributes.accessToken;
}

function post(path, body, headers) {
  const json = { 'Content-Type': 'application/json', ...headers };
  return send(path, { method: 'POST', body: JSON.stringify(body), headers: json });
}

/** @throws Error with the message of the response */
async function send(path, request) {
  const response = await fetch(path, request);
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const reason = body.message ?? body.error_description ?? body.errors?.[0]?.detail ?? body.fault?.faultstring ?? '';
  throw new Error(`${response.status}: ${reason}`);
}

function report(state, message) {
  outcome.dataset.state = state;
  outcome.textContent = message;
}
