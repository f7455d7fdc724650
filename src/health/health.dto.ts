export class HealthDto {
  /**
   * Always `ok`.
   * @example ok
   */
  status!: string;
}
