import { Integer } from '../common/validation.js';

export class HealthCheckServiceResponse {
  /**
   * The name of the service.
   * @example database
   */
  name!: string;
  /** Whether the service is available. */
  status!: boolean;
  /** An explanation of the problem. Null if the service is available. */
  message!: string | null;
}

export class HealthCheckAttributes {
  /** `healthy` or `unhealthy`. Null if nothing was checked. */
  status!: string | null;
  /**
   * The HTTP status of the response.
   * @example 200
   */
  @Integer()
  statusCode!: number;
  /** Why nothing was checked; otherwise null. */
  message!: string | null;
  /** The services that were checked. */
  healthCheckServiceResponses!: HealthCheckServiceResponse[];
}
