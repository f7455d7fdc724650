/**
 * The metadata of an authorization server (RFC 8414), with the properties that OpenID Connect Discovery 1.0 requires,
 * except `authorization_endpoint`.
 */
export class DiscoveryDto {
  /**
   * The `iss` of every access token: the `PUBLIC_URL` of the service. All tenants have the same issuer; `aud` is the
   * tenant.
   * @example https://accounts.example.com
   */
  issuer!: string;
  /**
   * The URL of the public keys.
   * @example https://accounts.example.com/.well-known/jwks.json
   */
  jwks_uri!: string;
  /**
   * The URL where services and employees get tokens.
   * @example https://accounts.example.com/oauth/token
   */
  token_endpoint!: string;
  /**
   * How a client can authenticate at the token endpoint. `none` stands for a client without a secret, which employees
   * use.
   * @example ["client_secret_basic", "client_secret_post", "none"]
   */
  token_endpoint_auth_methods_supported!: string[];
  /**
   * The URL where tokens of services and employees are revoked (RFC 7009).
   * @example https://accounts.example.com/oauth/revoke
   */
  revocation_endpoint!: string;
  /**
   * How a client can authenticate at the revocation endpoint.
   * @example ["client_secret_basic", "client_secret_post", "none"]
   */
  revocation_endpoint_auth_methods_supported!: string[];
  /**
   * The URL where services check access tokens (RFC 7662).
   * @example https://accounts.example.com/oauth/introspect
   */
  introspection_endpoint!: string;
  /**
   * How a service can authenticate at the introspection endpoint.
   * @example ["client_secret_basic", "client_secret_post"]
   */
  introspection_endpoint_auth_methods_supported!: string[];
  /**
   * The grant types of the token endpoint.
   * @example ["client_credentials", "password", "refresh_token"]
   */
  grant_types_supported!: string[];
  /**
   * The scopes that a service can have.
   * @example ["customer.customer_read", "customer.customer_manage"]
   */
  scopes_supported!: string[];
  /**
   * Always empty: there is no authorization endpoint.
   * @example []
   */
  response_types_supported!: string[];
  /**
   * Always `public`: the `sub` of a customer is the same for every client.
   * @example ["public"]
   */
  subject_types_supported!: string[];
  /**
   * The algorithms of the current keys, which sign access tokens. Foyer issues no ID tokens, but some libraries accept
   * only the algorithms in this property.
   * @example ["ES256"]
   */
  id_token_signing_alg_values_supported!: string[];
  /**
   * The URL of the API documentation. Absent if the service does not serve it (`DOCS=off`).
   * @example https://accounts.example.com/docs
   */
  service_documentation?: string;
}
