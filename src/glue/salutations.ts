import { salutations } from './validators.js';

/** The salutations that a customer may have. Requests to this API cannot contain the last one. */
const storedSalutations = [...salutations, 'n/a'];

/** Converts a title of the Emporix API, such as `MR`, to a Glue salutation, such as `Mr`; null if there is none. */
export function salutationOf(title: string | null): string | null {
  const isTitle = (salutation: string): boolean => salutation.toUpperCase() === title?.replace('.', '').toUpperCase();
  return storedSalutations.find(isTitle) ?? null;
}

/** Converts a Glue salutation, such as `Mr`, to a title of the Emporix API, such as `MR`. */
export function titleOf(salutation: string | null | undefined): string | null | undefined {
  return salutation?.toUpperCase() ?? salutation;
}
