/** A resource as a controller returns it. The envelope adds what JSON:API requires around it. */
export interface Resource {
  type: string;
  /** Null for a resource without an identity, such as tokens. */
  id: string | null;
  /** The path of the resource, without the leading slash: `customers/DE--21`. */
  path: string;
  attributes: object;
  /** Further links, as paths without the leading slash; null for a link without a target. */
  links?: Record<string, string | null>;
  /** Related resources, by their name in `?include=`. */
  related?: Record<string, Resource[]>;
}
