export class JwkDto {
  /** The key type. */
  kty!: string;
  /** The id of the key, as in the header of a token. */
  kid!: string;
  /**
   * The signature algorithm.
   * @example ES256
   */
  alg!: string;
  /**
   * The purpose of the key: to verify signatures.
   * @example sig
   */
  use!: string;
}

export class JwkSetDto {
  /** The public keys. The header `kid` of a token names its key. */
  keys!: JwkDto[];
}
