/** The logins of the demo. The secret of the service client is generated; everything else is public. */
export interface DemoCredentials {
  tenant: string;
  storefrontClientId: string;
  serviceClientId: string;
  serviceClientSecret: string;
  employee: { email: string; password: string };
  customers: DemoCustomer[];
}

interface DemoCustomer {
  firstName: string;
  lastName: string;
  email: string;
  password: string;
  /** In words. */
  state: string;
  standing: { active: boolean; onHold: boolean };
}

const TENANT = 'demo';
const PASSWORD = 'password123';

const customer = (
  firstName: string,
  lastName: string,
  state: string,
  standing: DemoCustomer['standing'],
): DemoCustomer => ({
  firstName,
  lastName,
  state,
  standing,
  email: `${firstName.toLowerCase()}@demo.example`,
  password: PASSWORD,
});

/** Returns the credentials of the demo. No other mode has them. */
export function demoCredentials(serviceClientSecret: string): DemoCredentials {
  return {
    tenant: TENANT,
    storefrontClientId: `${TENANT}-storefront`,
    serviceClientId: `${TENANT}-service`,
    serviceClientSecret,
    employee: { email: 'staff@demo.example', password: PASSWORD },
    customers: [
      customer('Ada', 'Lovelace', 'active', { active: true, onHold: false }),
      customer('Grace', 'Hopper', 'active', { active: true, onHold: false }),
      customer('Ben', 'Bitdiddle', 'awaiting activation', { active: false, onHold: false }),
      customer('Cleo', 'Clerk', 'on hold', { active: true, onHold: true }),
    ],
  };
}
