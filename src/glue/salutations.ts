import { salutations } from './validators.js';

/** Converts a title of the Emporix API, such as `MR`, to a Glue salutation, such as `Mr`; null if there is none. */
export function salutationOf(title: string | null): string | null {
  return salutations.find((salutation) => salutation.toUpperCase() === title?.replace('.', '').toUpperCase()) ?? null;
}

/** Converts a Glue salutation, such as `Mr`, to a title of the Emporix API, such as `MR`. */
export function titleOf(salutation: string | null | undefined): string | null | undefined {
  return salutation?.toUpperCase() ?? salutation;
}
