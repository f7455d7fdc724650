export class CustomerAccessAttributes {
  /** The resource types that only customers who have logged in may use. */
  resourceTypes!: string[];
}
