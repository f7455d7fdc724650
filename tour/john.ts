import { randomUUID } from 'node:crypto';

/** The details of John Doe, the customer of the tutorial. */
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

/** Different in each run, because an earlier run may have left a company with its id. */
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

/** A legal entity that the sign-up names. It is ignored: only the shop assigns customers to legal entities. */
export const claimedLegalEntity = { id: '67e162a3ad4e2f12bc4f9306', name: 'ABC', contactAssignmentId: '91033918' };
