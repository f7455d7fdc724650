import { randomUUID } from 'node:crypto';

/** John Doe, the customer of the tutorial, as he fills in the forms. */
export const details = {
  title: 'MR',
  firstName: 'John',
  lastName: 'Doe',
  contactPhone: '123456789',
  company: 'Emporix',
  preferredLanguage: 'en_US',
  preferredCurrency: 'EUR',
  preferredSite: 'main',
};

/** Of each tour another one: there may be a company of any other. */
export const registration = { companyRegistrationId: `tour-${randomUUID().slice(0, 8)}` };

export const address = {
  contactName: 'John Doe',
  companyName: 'Emporix',
  street: 'Platz der Republik',
  streetNumber: '1',
  streetAppendix: '',
  extraLine1: '',
  extraLine2: '',
  zipCode: '11011',
  city: 'Berlin',
  country: 'DE',
  state: 'Berlin',
  contactPhone: '123456789',
  tags: ['BILLING', 'SHIPPING'],
};

/** Only the shop links a customer to companies: what he says of himself here counts for nothing. */
export const madeUpCompany = { id: '67e162a3ad4e2f12bc4f9306', name: 'ABC', contactAssignmentId: '91033918' };
