/** A resource as a controller answers it; the envelope adds what JSON:API wants around it. */
export interface Resource {
  type: string;
  /** Null for what has no identity, such as tokens. */
  id: string | null;
  /** Where it is found, without the slash in front: `customers/DE--21`. */
  path: string;
  attributes: object;
  /** Further links, as paths without the slash in front; null where they lead nowhere. */
  links?: Record<string, string | null>;
  /** Related resources, by the name that `?include=` asks for. */
  related?: Record<string, Resource[]>;
}
