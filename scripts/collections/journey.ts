import { type CollectionRequest, type Holder, step } from './requests.ts';

/** The values of the variables in the demo. */
export const demoVariables: Record<string, string> = {
  baseUrl: 'http://127.0.0.1:3000',
  tenant: 'demo',
  storefrontClientId: 'demo-storefront',
  customerEmail: 'ada@demo.example',
  customerPassword: 'password123',
  employeeEmail: 'staff@demo.example',
  employeePassword: 'password123',
};

const employeeLogin = {
  body: {
    form: {
      grant_type: 'password',
      client_id: '{{storefrontClientId}}',
      username: '{{employeeEmail}}',
      password: '{{employeePassword}}',
    },
  },
  sets: { employee: 'access_token' },
};

/** The requests that get the token of each holder, in their order. */
export const logins: Record<Holder, CollectionRequest[]> = (() => {
  const visitor = step('emporix', 'GET /customerlogin/auth/anonymous/login', {
    name: 'visitor',
    sets: { visitor: 'access_token', visitorRefreshToken: 'refresh_token' },
  });
  const customer = step('emporix', 'POST /customer/{tenant}/login', {
    name: 'customer',
    token: 'visitor',
    body: { json: { email: '{{customerEmail}}', password: '{{customerPassword}}' } },
    sets: { customer: 'access_token', customerRefreshToken: 'refresh_token' },
  });
  const glueCustomer = step('glue', 'POST /access-tokens', {
    name: 'glueCustomer',
    body: { json: resource('access-tokens', { username: '{{customerEmail}}', password: '{{customerPassword}}' }) },
    sets: { glueCustomer: 'data.attributes.accessToken' },
  });
  const agent = step('glue', 'POST /agent-access-tokens', {
    name: 'agent',
    body: {
      json: resource('agent-access-tokens', { username: '{{employeeEmail}}', password: '{{employeePassword}}' }),
    },
    sets: { agent: 'data.attributes.agentAccessToken' },
  });
  const employee = step('emporix', 'POST /oauth/token', { name: 'employee', ...employeeLogin });
  return {
    visitor: [visitor],
    customer: [visitor, customer],
    employee: [employee],
    glueCustomer: [glueCustomer],
    agent: [agent],
  };
})();

function resource(type: string, attributes: Record<string, string>): unknown {
  return { data: { type, attributes } };
}

/** From the first visit to the logout, with the activation by an employee. */
export const journey: CollectionRequest[] = [
  ...logins.visitor,
  step('emporix', 'POST /customer/{tenant}/signup', {
    name: 'signUp',
    body: {
      json: {
        email: '{{email}}',
        password: 'a long password',
        customerDetails: { firstName: 'Ada', lastName: 'Lovelace' },
      },
    },
    fresh: { email: (number) => `ada-${number}@example.com` },
    sets: { customerNumber: 'id' },
  }),
  ...logins.employee,
  step('emporix', 'POST /admin/{tenant}/activations', {
    name: 'activate',
    body: { json: { customerNumbers: ['{{customerNumber}}'], decision: 'activate' } },
  }),
  step('emporix', 'POST /customer/{tenant}/login', {
    name: 'login',
    token: 'visitor',
    body: { json: { email: '{{email}}', password: 'a long password' } },
    sets: { customer: 'access_token' },
  }),
  step('emporix', 'GET /customer/{tenant}/me', { name: 'me', token: 'customer' }),
  step('emporix', 'GET /customer/{tenant}/logout', { name: 'logout' }),
].map((request) => ({ ...request, folder: 'journey' }));
