export class JwkDto {
  kty!: string;
  kid!: string;
  /** @example ES256 */
  alg!: string;
  /** @example sig */
  use!: string;
}

export class JwkSetDto {
  keys!: JwkDto[];
}
