import {
  address,
  addressChange,
  addressLines,
  anyTenant,
  created,
  error,
  expand,
  fault,
  newMetadata,
  none,
  profile,
  readOnlyProfile,
  tags,
  tenant,
} from './common.facts.js';
import { type Fields, json, type Operations } from './facts.js';

const anonymous = 'AnonymousAccessToken';
const customer = 'CustomerAccessToken';

/** The security schemes of the contract. */
export const schemes = { [anonymous]: 'http bearer', [customer]: 'http bearer' };

const addressId: Fields = { 'addressId!': 'string minLength=1' };
const authorization: Fields = { 'Authorization!': 'string' };

const anonymousToken: Fields = {
  'access_token token_type sessionId scope': 'string',
  expires_in: 'integer format=int32',
};
const refreshedToken: Fields = {
  'accessToken refreshToken': 'string minLength=1 deprecated',
  'expiresIn refreshTokenExpiresIn': 'number format=int32 deprecated',
  'access_token refresh_token': 'string minLength=1',
  'expires_in refresh_token_expires_in': 'number format=int32',
  'token_type session_id': 'string',
};
const customerToken: Fields = {
  ...refreshedToken,
  saasToken: 'string minLength=1 deprecated',
  saas_token: 'string minLength=1',
  initialPassword: 'string',
};

const credentials: Fields = { 'email!': 'string minLength=1', 'password!': 'string minLength=6' };

const newAddress: Fields = { ...addressLines, 'contactName country': 'string', metadata: newMetadata };
const savedAddress: Fields = { ...addressChange, id: 'string' };

/** The operations that the customer and the storefront call. */
export const operations = {
  'GET /customerlogin/auth/anonymous/login': {
    security: [],
    query: { 'tenant! client_id!': 'string', 'currency siteCode language targetLocation': 'string' },
    responses: { 200: json(anonymousToken) },
  },
  'GET /customerlogin/auth/anonymous/refresh': {
    security: [],
    query: { 'tenant! client_id! refresh_token!': 'string', 'anonymous_token!': 'string deprecated' },
    responses: { 200: json(anonymousToken) },
  },
  'POST /customer/{tenant}/signup': {
    security: [anonymous],
    path: tenant,
    request: json({
      'email! password!': 'string minLength=1',
      customerDetails: profile,
      customerAddress: address,
      signup: credentials,
    }),
    responses: { 201: created, 400: error, 401: fault, 403: error, 409: error },
  },
  'POST /customer/{tenant}/login': {
    security: [anonymous],
    path: tenant,
    request: json(credentials),
    responses: { 200: json(customerToken), 400: error, 401: fault },
  },
  'GET /customer/{tenant}/logout': {
    security: [customer],
    path: tenant,
    query: { 'accessToken!': 'string' },
    responses: { 204: none, 400: error, 401: fault },
  },
  'GET /customer/{tenant}/refreshauthtoken': {
    security: [anonymous],
    path: anyTenant,
    query: { 'refreshToken!': 'string', legalEntityId: 'string' },
    header: authorization,
    responses: { 200: json(refreshedToken), 400: error, 401: fault },
  },
  'GET /customer/{tenant}/validateauthtoken': {
    security: [customer],
    path: anyTenant,
    header: authorization,
    responses: {
      200: json({ 'token_type scope sessionId email legalEntityId': 'string', expires_in: 'integer format=int32' }),
      401: none,
    },
  },
  'GET /customer/{tenant}/me': {
    security: [customer, anonymous],
    path: tenant,
    query: expand,
    responses: {
      200: json({ ...profile, ...readOnlyProfile, lastLogin: 'string format=date-time' }),
      400: error,
      401: fault,
      403: error,
    },
  },
  'PATCH /customer/{tenant}/me': {
    security: [customer],
    path: tenant,
    request: { ...json(profile), 'application/merge-patch+json': profile },
    responses: { 200: none, 400: error, 401: fault, 403: error },
  },
  'GET /customer/{tenant}/me/addresses': {
    security: [customer],
    path: tenant,
    responses: { 200: json([savedAddress]), 400: error, 401: fault, 403: error },
  },
  'POST /customer/{tenant}/me/addresses': {
    security: [customer],
    path: tenant,
    request: json(newAddress),
    responses: { 201: created, 400: error, 401: fault, 403: error },
  },
  'GET /customer/{tenant}/me/addresses/{addressId}': {
    security: [customer],
    path: { ...tenant, ...addressId },
    responses: { 200: json(savedAddress), 400: error, 401: fault, 403: error, 404: error },
  },
  'PATCH /customer/{tenant}/me/addresses/{addressId}': {
    security: [customer],
    path: { ...tenant, ...addressId },
    request: json(addressChange),
    responses: { 200: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'DELETE /customer/{tenant}/me/addresses/{addressId}': {
    security: [customer],
    path: { ...tenant, ...addressId },
    responses: { 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'POST /customer/{tenant}/me/addresses/{addressId}/tags': {
    security: [customer],
    path: { ...tenant, ...addressId },
    query: tags,
    responses: { 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'DELETE /customer/{tenant}/me/addresses/{addressId}/tags': {
    security: [customer],
    path: { ...tenant, ...addressId },
    query: tags,
    responses: { 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'POST /customer/{tenant}/me/accounts/internal/email/change': {
    security: [customer],
    path: tenant,
    request: json({ 'email password newEmail': 'string', syncContactEmail: 'boolean default=false' }),
    responses: { 204: none, 400: error, 401: fault, 403: error },
  },
  'POST /customer/{tenant}/me/accounts/internal/email/change/confirm': {
    security: [anonymous],
    path: anyTenant,
    request: json({ token: 'string' }),
    responses: { 204: none, 400: error, 401: fault, 403: error },
  },
  'POST /customer/{tenant}/password/reset': {
    security: [anonymous],
    path: tenant,
    request: json({ 'email!': 'string', site: 'string' }),
    responses: { 204: none, 400: error, 401: fault, 403: error },
  },
  'POST /customer/{tenant}/password/reset/update': {
    security: [anonymous],
    path: tenant,
    request: json({ 'token! password!': 'string' }),
    responses: { 204: none, 400: error, 401: fault, 403: error },
  },
  'POST /customer/{tenant}/password/change': {
    security: [customer],
    path: tenant,
    request: json({ 'currentPassword! newPassword!': 'string' }),
    responses: { 204: none, 400: error, 401: fault, 403: error },
  },
  'GET /customer/{tenant}/signup/optin/{token}': {
    security: [anonymous],
    path: { ...tenant, 'token!': 'string' },
    responses: { 200: json(customerToken), 400: error, 401: fault },
  },
  'POST /customer/{tenant}/signup/optin/refresh_token': {
    security: [anonymous],
    path: tenant,
    request: json({ 'email!': 'string' }),
    responses: { 202: none, 400: error, 401: fault },
  },
  'POST /customer/{tenant}/socialLogin': {
    security: [anonymous],
    path: tenant,
    query: { 'code! redirect_uri!': 'string', code_verifier: 'string' },
    header: { 'session-id': 'string' },
    responses: {
      200: json({
        'social_access_token social_id_token access_token saas_token refresh_token': 'string',
        'expires_in refresh_token_expires_in': 'string',
        session_idle_time: 'integer',
        'token_type scope': 'string',
      }),
      400: error,
      401: fault,
    },
  },
  'POST /customer/{tenant}/exchangeauthtoken': {
    security: [],
    path: tenant,
    query: { 'subjectAccessToken!': 'string', config: 'string' },
    header: authorization,
    responses: {
      200: json({
        subject_access_token: 'string',
        'access_token saas_token refresh_token': 'string minLength=1',
        'expires_in refresh_token_expires_in session_idle_time': 'integer format=int32',
        'token_type scope session_id': 'string',
      }),
      400: error,
      401: fault,
      403: error,
    },
  },
} satisfies Operations;
