import { having, text } from '../expectations.ts';
import * as john from '../john.ts';
import { bearer, type Storefront } from '../storefront.ts';
import { staffToken } from './authentication.ts';

const companies = '/customer-management/{tenant}/legal-entities';

/** @param customers the numbers of those whom the tour made and did not remove */
export async function clearing(shop: Storefront, customers: string[]): Promise<void> {
  const { access_token } = await staffToken(shop, 'The back office gets its token');
  const as = bearer('the employee', access_token);
  for (const id of customers) {
    const remove = { call: `DELETE /customer/{tenant}/customers/${id}`, as } as const;
    await shop.step('The employee removes a customer of the tour', remove, 202);
  }
  const query = { 'legalInfo.registrationId': john.registration.companyRegistrationId, fields: 'id,name' };
  const find = { call: `GET ${companies}`, as, query } as const;
  const [company] = await shop.step('His sign-up had made a company', find, 200, [
    having({ id: text, name: john.details.company }),
  ]);
  const close = { call: `DELETE ${companies}/${company?.id ?? ''}`, as } as const;
  await shop.step('The employee removes that too', close, 204);
  await shop.step('Nothing of it is left', find, 200, []);
}
