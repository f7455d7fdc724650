/** The reference to a new resource. */
export class CreatedDto {
  /**
   * The id of the new resource; for a customer, the customer number.
   * @example 4711000815
   */
  id!: string;

  static of({ id }: { id: string }): CreatedDto {
    return { id };
  }
}
