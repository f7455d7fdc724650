import type { Page } from './page.js';

/** A resource as a controller returns it. The envelope adds what JSON:API requires around it. */
export interface Resource {
  type: string;
  /** Null for a resource without an identity, such as tokens. */
  id: string | null;
  /** The path of the resource, without the leading slash: `customers/DE--21`. */
  path: string;
  attributes: object;
  /** Related resources, by their name in `?include=`. */
  related?: Record<string, Resource[]>;
}

/** A list whose page the controller has already selected, for example in its query. */
export interface ResourcePage {
  resources: Resource[];
  page: Page;
  /** The length of the whole list. */
  total: number;
}
