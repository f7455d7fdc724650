import { none, tenant } from './common.facts.js';
import { type Fields, json, type Operations } from './facts.js';

const customer = 'CustomerAccessToken';
const service = 'OAuth2 sessioncontext.context_manage';

/** The security schemes of the contract. */
export const schemes = { [customer]: 'http bearer', OAuth2: 'oauth2 clientCredentials' };

/** Any properties; the example has strings although the schema requires objects. */
const context: Fields = { '*': 'object' };
const changes: Fields = { 'siteCode currency targetLocation language': 'string', context };
const whole: Fields = { ...changes, 'sessionId customerId cartId': 'string' };
/** `value` may also be an object. */
const attribute: Fields = { 'key! value!': 'string' };

const session = json({ ...whole, metadata: { version: 'integer', 'createdAt modifiedAt': 'string' } });
/** An error format of this API only: `code` is the status. */
const missing = json({ 'sessionId message': 'string', code: 'integer' });

const ofOne: Fields = { ...tenant, 'sessionId!': 'string' };
const attributeOf = (path: Fields): Fields => ({ ...path, 'attributeName!': 'string' });

/** The session context, for the session itself and for services by session id. */
export const operations = {
  'GET /session-context/{tenant}/me/context': {
    security: [customer],
    path: tenant,
    responses: { 200: session, 404: missing, 500: none },
  },
  'PATCH /session-context/{tenant}/me/context': {
    security: [customer],
    path: tenant,
    request: json({ ...changes, 'metadata!': { version: 'integer' } }),
    responses: { 204: none, 404: missing, 500: none },
  },
  'POST /session-context/{tenant}/me/context/attributes': {
    security: [customer],
    path: tenant,
    request: json(attribute),
    responses: { 201: json('string'), 404: missing, 500: none },
  },
  'DELETE /session-context/{tenant}/me/context/attributes/{attributeName}': {
    security: [customer],
    path: attributeOf(tenant),
    responses: { 204: none, 404: missing, 500: none },
  },
  'GET /session-context/{tenant}/context/{sessionId}': {
    security: [service],
    path: ofOne,
    responses: { 200: session, 404: missing, 500: none },
  },
  'PUT /session-context/{tenant}/context/{sessionId}': {
    security: [service],
    path: ofOne,
    query: { upsert: 'string' },
    header: { 'saas-token': 'string' },
    request: json({ ...whole, 'metadata!': { version: 'integer' } }),
    responses: { 204: none, 404: missing, 500: none },
  },
  'POST /session-context/{tenant}/context/{sessionId}/attributes': {
    security: [service],
    path: ofOne,
    request: json(attribute),
    responses: { 204: none, 404: missing, 500: none },
  },
  'DELETE /session-context/{tenant}/context/{sessionId}/attributes/{attributeName}': {
    security: [service],
    path: attributeOf(ofOne),
    responses: { 204: none, 404: missing, 500: none },
  },
} satisfies Operations;
