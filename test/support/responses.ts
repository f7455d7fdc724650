import type { Response } from './shop.js';

/** Responses that the vendor documents word by word. */
export const invalidAccessToken = {
  fault: { faultstring: 'Invalid access token', detail: { errorcode: 'oauth.v2.InvalidAccessToken' } },
};

export const expiredAccessToken = {
  fault: {
    faultstring: 'Access Token expired',
    detail: { errorcode: 'keymanagement.service.access_token_expired' },
  },
};

export const invalidRefreshToken = {
  fault: {
    faultstring: 'Invalid refresh token',
    detail: { errorcode: 'keymanagement.service.invalid_refresh_token' },
  },
};

export const notAuthorized = { type: 'Forbidden', status: 403, message: 'User not authorized.' };

/** The error for a forbidden request below `/customer-management`. @param resourceId the id in the path, if it has one */
export const companyForbidden = (resourceId?: unknown) => ({
  code: 403,
  status: 'Forbidden',
  message: 'The access to the given resource is forbidden.',
  ...(resourceId !== undefined && { resourceId }),
});

export const unknownTenant = {
  type: 'bad_request',
  status: 400,
  message: 'The tenant information provided with the request is not valid.',
};

export const unknownCustomer = (customerNumber: string) => ({
  status: 404,
  type: 'application/json',
  message: 'Customer not Found',
  details: [{ message: `Couldn't find a customer with customerNumber '${customerNumber}'` }],
});

export const duplicateAccount = (email: string, tenant: string) => ({
  type: 'conflict_resource',
  status: 409,
  message: `Duplicate account '${email}' for tenant '${tenant}'.`,
});

/** A response without the headers that differ each time. */
export const comparable = ({ status, headers, text }: Response) => {
  const { date, 'x-request-id': id, 'ratelimit-remaining': left, 'ratelimit-reset': reset, ...rest } = headers;
  return { status, headers: rest, text };
};

/** A validation error for this field. */
export const validationError = (field: string, message: unknown = expect.stringContaining(field)): unknown =>
  expect.objectContaining({
    status: 400,
    type: 'validation_failure',
    message,
    details: expect.arrayContaining([expect.objectContaining({ field })]),
  });

/** A validation error for this field below `/customer-management`. */
export const companyValidationError = (field: string): unknown =>
  expect.objectContaining({
    code: 400,
    status: 'Bad Request',
    message: expect.stringContaining(field),
    details: expect.arrayContaining([expect.stringContaining(field)]),
  });

/** All fields of the token response to a refresh. */
export const refreshedTokens = (sessionId: unknown) => {
  const [access, refresh] = [expect.any(String), expect.any(String)];
  return {
    access_token: access,
    expires_in: 2591999,
    refresh_token: refresh,
    refresh_token_expires_in: 86399,
    token_type: 'Bearer',
    session_id: sessionId,
    accessToken: access,
    expiresIn: 2591999,
    refreshToken: refresh,
    refreshTokenExpiresIn: 86399,
  };
};

/** All fields of the token response to a login. */
export const loginTokens = (sessionId: unknown) => ({
  ...refreshedTokens(sessionId),
  saas_token: expect.any(String),
  saasToken: expect.any(String),
  initialPassword: false,
});

/** The values of each field of a token response under both of its names. */
export const aliasedValues = (response: Record<string, unknown>) =>
  ['access_token', 'refresh_token', 'expires_in', 'refresh_token_expires_in', 'saas_token'].map((name) => [
    response[name],
    response[name.replace(/_./g, ([, letter = '']) => letter.toUpperCase())],
  ]);

/** A legal entity in the profile of a customer who is assigned to it. */
export const assignedLegalEntity = (name: string): unknown => ({
  id: expect.any(String) as string,
  name,
  contactAssignmentId: expect.any(String) as string,
});
