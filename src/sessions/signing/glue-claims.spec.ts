import { glueClaims } from './glue-claims.js';

describe('the claims of the Glue API', () => {
  const subject = (changes: object) => ({
    ...{ id_company_user: null, id_agent: null, customer_reference: null, id_customer: null, permissions: null },
    ...changes,
  });

  it.each([
    [
      'a customer',
      { customer_id: '21', reference: 'DE--21' },
      { customer_reference: 'DE--21', id_customer: 21 },
      ['customer'],
    ],
    [
      'a customer whose number is not an integer',
      { customer_id: 'C-21', reference: 'DE--21' },
      { customer_reference: 'DE--21' },
      ['customer'],
    ],
    [
      'a company user',
      { customer_id: '21', reference: 'DE--21', company_user: 'u1' },
      { customer_reference: 'DE--21', id_customer: 21, id_company_user: 'u1' },
      ['company_user'],
    ],
    [
      'an agent who acts for a customer',
      { customer_id: '21', reference: 'DE--21', employee_id: 'e1' },
      { customer_reference: 'DE--21', id_customer: 21 },
      ['customer_impersonation', 'customer'],
    ],
    ['an agent', { employee_id: 'e1' }, {}, ['agent']],
  ])('identify %s', (_name, session, expected, scopes) => {
    const claims = glueClaims('id', session);
    expect({ ...claims, sub: JSON.parse(claims.sub) as unknown }).toEqual({
      sub: subject(expected),
      uid: 'id',
      scopes,
    });
  });
});
