import { having, text } from '../expectations.ts';
import * as john from '../john.ts';
import { bearer, type Storefront } from '../storefront.ts';
import { staffToken } from './authentication.ts';

const companies = '/customer-management/{tenant}/legal-entities';

/** @param customers the numbers of the customers that the tour has created and not deleted */
export async function cleanup(shop: Storefront, customers: string[]): Promise<void> {
  const { access_token } = await staffToken(shop, 'The back office gets a token');
  const as = bearer('the employee', access_token);
  for (const id of customers) {
    const remove = { call: `DELETE /customer/{tenant}/customers/${id}`, as } as const;
    await shop.step('The employee deletes a customer of the tour', remove, 202);
  }
  const query = { 'legalInfo.registrationId': john.registration.companyRegistrationId, fields: 'id,name' };
  const find = { call: `GET ${companies}`, as, query } as const;
  const [company] = await shop.step('The sign-up has created a company', find, 200, [
    having({ id: text, name: john.details.company }),
  ]);
  const close = { call: `DELETE ${companies}/${company?.id ?? ''}`, as } as const;
  await shop.step('The employee deletes the company', close, 204);
  await shop.step('The company no longer exists', find, 200, []);
}
