import { type Content, type Fields, json } from './facts.js';

/* The parts that both of the vendor's contracts have in common. */

export const tenant: Fields = { 'tenant!': 'string minLength=3 maxLength=16 pattern=^[a-z][a-z0-9]+$' };
export const anyTenant: Fields = { 'tenant!': 'string' };
/** The contracts refer to a parameter `tags` that they do not define; the vendor's guide does. */
export const tags: Fields = { 'tags!': 'string' };
export const expand: Fields = { expand: 'string' };

export const none: Content = {};
export const created = json({ id: 'string' });

const errorType = 'string pattern=[a-z]+[a-z_]*[a-z]+';
export const error = json({
  status: 'integer minimum=100 maximum=599',
  type: errorType,
  'message moreInfo': 'string',
  details: [{ 'field message moreInfo': 'string', type: errorType }],
});
/** The error format of the gateway, the same for every service behind it. */
export const fault = json({ fault: { faultstring: 'string', detail: { errorcode: 'string' } } });

export const newMetadata: Fields = { mixins: 'object' };
export const metadata: Fields = { ...newMetadata, version: 'integer' };

export const addressLines: Fields = {
  'companyName street streetNumber streetAppendix': 'string',
  'extraLine1 extraLine2 extraLine3 extraLine4': 'string',
  'zipCode city state contactPhone': 'string',
  tags: ['string'],
  mixins: 'object',
};
export const address: Fields = {
  ...addressLines,
  id: 'string',
  'contactName!': 'string',
  country: 'string minLength=2 maxLength=2',
  isDefault: 'boolean default=false',
  metadata,
};
export const addressChange: Fields = {
  ...addressLines,
  'contactName country': 'string',
  isDefault: 'boolean',
  metadata,
};

export const profile: Fields = {
  'title firstName middleName lastName': 'string',
  'contactEmail contactPhone company': 'string',
  preferredLanguage: 'string default=en_US',
  preferredCurrency: 'string minLength=3 maxLength=3 default=USD',
  preferredSite: 'string default=main',
  b2b: { companyRegistrationId: 'string' },
  metadata,
  mixins: 'object',
};
/** The read-only fields of a profile. */
export const readOnlyProfile: Fields = {
  'id customerNumber': 'string',
  accounts: [{ 'id providerId': 'string' }],
  addresses: [address],
  defaultAddress: address,
  businessModel: 'string enum=B2B|B2C',
  b2b: { companyRegistrationId: 'string', legalEntities: [{ 'id name contactAssignmentId': 'string' }] },
};
