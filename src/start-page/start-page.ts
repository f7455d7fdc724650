import { type Html, html } from '../common/html.js';
import type { Config } from '../config/config.js';
import type { DemoCredentials } from '../demo/demo-credentials.js';
import { page } from '../mailer/mailbox/page.js';

/** The start page. @param demo the credentials of the demo; undefined in development */
export function startPage(
  { backoffice, docs }: Pick<Config, 'backoffice' | 'docs'>,
  demo: DemoCredentials | undefined,
): string {
  return page(
    demo ? 'Demo' : 'Development',
    html`<header>
        <h1>Foyer</h1>
        <p>
          Customer accounts for headless shops.
          ${demo ? 'This is the demo.' : 'The service runs in development mode. Mails stay on this machine.'}
        </p>
      </header>
      <main>
        <ul class="places">
          ${docs ? swagger(demo) : []} ${backoffice ? backOffice(demo) : []} ${mailbox(demo)}
        </ul>
        ${demo ? credentialsOf(demo) : firstSteps()}
      </main>`,
    ['/start-page.css'],
  );
}

function swagger(demo: DemoCredentials | undefined): Html {
  const [ada] = demo?.customers ?? [];
  return html`<li class="card">
    <h2>Swagger UI</h2>
    <p>Send requests to each route of the APIs.</p>
    <p class="links"><a href="/docs">Emporix API</a> <a href="/docs/glue">Glue API</a></p>
    <p>
      <strong>Try first:</strong> click
      ${ada ? html`<em>customer ${ada.firstName}</em>` : html`<em>customer</em>, log in`}, then <em>Execute</em>. The
      response is the profile of ${ada ? ada.firstName : 'the customer'}.
    </p>
  </li>`;
}

function backOffice(demo: DemoCredentials | undefined): Html {
  const waiting = demo?.customers.find(({ standing }) => !standing.active);
  return html`<li class="card">
    <h2>Back office</h2>
    <p>Employees activate and support customers.</p>
    <p class="links"><a href="/backoffice">Back office</a></p>
    <p>
      <strong>Try first:</strong> log in as
      ${
        demo && waiting
          ? html`<em>${demo.employee.email}</em>, and activate ${waiting.firstName}, who is on the waiting list.`
          : 'an employee, and activate a customer on the waiting list.'
      }
    </p>
  </li>`;
}

function mailbox(demo: DemoCredentials | undefined): Html {
  const waiting = demo?.customers.find(({ standing }) => !standing.active);
  return html`<li class="card">
    <h2>Mailbox</h2>
    <p>Read the mails that customers and employees would receive.</p>
    <p class="links"><a href="/mailbox">Mailbox</a></p>
    <p>
      <strong>Try first:</strong>
      ${waiting ? html`activate ${waiting.firstName}, and read the mail.` : 'sign up a customer, and read the mail.'}
      Each link in a mail opens a page that completes the step with one click.
    </p>
  </li>`;
}

function credentialsOf(demo: DemoCredentials): Html {
  const { tenant, storefrontClientId, serviceClientId, serviceClientSecret, employee, customers } = demo;
  return html`<section class="card">
    <h2>Credentials of the demo</h2>
    <dl class="facts">
      <dt>Tenant</dt>
      <dd><code>${tenant}</code></dd>
      <dt>Storefront client</dt>
      <dd><code>${storefrontClientId}</code></dd>
      <dt>Service client</dt>
      <dd><code>${serviceClientId}</code>, secret <code>${serviceClientSecret}</code></dd>
      <dt>Employee</dt>
      <dd><code>${employee.email}</code>, password <code>${employee.password}</code></dd>
      ${customers.map(
        ({ firstName, email, password, state }) =>
          html`<dt>Customer ${firstName}</dt>
            <dd><code>${email}</code>, password <code>${password}</code> (${state})</dd>`,
      )}
    </dl>
  </section>`;
}

/** A new database is empty, so development shows the commands that create the first rows. */
function firstSteps(): Html {
  const commands = [
    'npm run foyer -- tenant create acme',
    'npm run foyer -- client create web --tenant acme --kind storefront',
    'npm run foyer -- employee create you@example.com --tenant acme --role admin',
  ];
  return html`<section class="card">
    <h2>First steps</h2>
    <p>These commands create a tenant, a storefront client and an employee. The last one prints the password.</p>
    <pre tabindex="0" role="group" aria-label="Commands">${commands.join('\n')}</pre>
  </section>`;
}
